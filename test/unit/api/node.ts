import type { INode } from 'n8n-workflow';

import { usageError } from '../../../nodes/ArchetypeAi/api/errors';

/** The node that errors in these tests refer to. */
export const node: INode = {
	id: 'b1b4c1f4-5a5e-4a0e-9a7f-0a7b3c1d2e3f',
	name: 'Archetype AI',
	type: 'n8n-nodes-archetypeai.archetypeAi',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** Reports what is wrong with the user's input for an item. */
export const complaining = (itemIndex?: number) => ({
	usageError: (message: string, advice: string) => usageError(node, message, advice, itemIndex),
});
