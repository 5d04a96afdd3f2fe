import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { PlaceName } from './look/requests';
import type { State } from './decide/state';

/** What this process knows of a node from one poll to the next; n8n's end is its end. */
export interface Memory {
	/** Until when a poll is busy at most, epoch ms. */
	busyUntil?: number;
	/** The first state, until the host shows that it has kept one. */
	first?: State;
	/** When this process emitted events in the last minutes, epoch ms. */
	emitted?: number[];
	/** IDs of active jobs of which the state keeps the key alone. */
	ids?: ReadonlyMap<string, string>;
	/** How often the sweep has failed in a row. */
	failed?: number;
	/** When each kind of trouble was in the log last, epoch ms. */
	logged?: Map<PlaceName | 'rows', number>;
	/** When the last poll began, epoch ms. */
	polledAt?: number;
}

/** What the host gives a poll. */
export interface Host {
	/** What it keeps from one poll to the next; written to when the poll has succeeded. */
	stored: IDataObject;
	memory: Memory;
	/** Whether it saves what is stored together with the execution that the poll starts. */
	isAtomic: boolean;
	/** Its clock, epoch ms. */
	now: () => number;
	log: (text: string) => void;
}

const memories = new Map<string, Memory>();

/** What tells the node of this workflow from a copy of it. */
export const ownerOf = (context: IPollFunctions): string =>
	`${context.getWorkflow().id}:${context.getNode().id}`;

/** The same for all polls of a node. */
export function memoryOf(context: IPollFunctions): Memory {
	const key = ownerOf(context);
	const memory = memories.get(key) ?? {};
	memories.set(key, memory);
	return memory;
}

export function hostOf(context: IPollFunctions): Host {
	const stored = context.getWorkflowStaticData('node');
	return {
		stored,
		memory: memoryOf(context),
		// What n8n watches for changes it saves by itself, and the execution after that. What it saves
		// together with the execution is a plain copy.
		isAtomic: !('__dataChanged' in stored),
		now: Date.now,
		log: (text) => context.logger.info(`Archetype AI Trigger: ${text}`),
	};
}
