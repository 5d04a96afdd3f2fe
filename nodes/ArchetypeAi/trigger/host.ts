import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import type { State } from './state';

/** What this process knows of a node from one poll to the next; n8n's end is its end. */
export interface Memory {
	isPolling?: boolean;
	/** The first state, until the host shows that it has kept one. */
	first?: State;
	/** When this process told the news of the last minutes, epoch ms. */
	told?: number[];
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

/** The same for all polls of a node. */
export function memoryOf(context: IPollFunctions): Memory {
	const key = `${context.getWorkflow().id}:${context.getNode().id}`;
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
