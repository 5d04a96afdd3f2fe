import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { PlaceName } from './look/requests';
import type { State } from './decide/state';

/** What this process remembers of a node between polls; lost when n8n stops. */
export interface Memory {
	/** When a running poll ends at the latest, epoch ms. */
	busyUntil?: number;
	/** The first state, until the host proves that it has saved one. */
	first?: State;
	/** When this process emitted events in the last few minutes, epoch ms. */
	emitted?: number[];
	/** IDs of active jobs for which the state holds only the key. */
	ids?: ReadonlyMap<string, string>;
	/** How many times in a row the sweep has failed. */
	failed?: number;
	/** When each kind of trouble was last logged, epoch ms. */
	logged?: Map<PlaceName | 'rows', number>;
	/** When the last poll began, epoch ms. */
	polledAt?: number;
}

/** What the host gives a poll. */
export interface Host {
	/** What it keeps between polls; written only after a poll succeeds. */
	stored: IDataObject;
	memory: Memory;
	/** Whether it saves the state together with the execution that the poll starts. */
	isAtomic: boolean;
	/** Its clock, epoch ms. */
	now: () => number;
	log: (text: string) => void;
}

const memories = new Map<string, Memory>();

/** Distinguishes the node of this workflow from a copy of it. */
export const ownerOf = (context: IPollFunctions): string =>
	`${context.getWorkflow().id}:${context.getNode().id}`;

/** Shared by all polls of a node. */
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
		// A watched object is saved on its own, and the execution after it. An object saved together with
		// the execution is a plain copy.
		isAtomic: !('__dataChanged' in stored),
		now: Date.now,
		log: (text) => context.logger.info(`Archetype AI Trigger: ${text}`),
	};
}
