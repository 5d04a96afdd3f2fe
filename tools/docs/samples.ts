// Must come before n8n-core, which reads its settings on load.
import { userFolder } from '../../test/engine/harness/userFolder';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { rmSync } from 'node:fs';

import { credentialFor } from '../../test/engine/harness/engine';
import { pollTrigger } from '../../test/engine/harness/poll';
import { runNode } from '../../test/engine/harness/run';
import { inScene, type Scene } from './scene';
import { shownItem, shownWhileRunning, shownWith } from './shownWith';
import { steady } from './steady';

process.once('exit', () => rmSync(userFolder, { recursive: true, force: true }));

/** A node's output: the first item. */
export interface Sample {
	json: IDataObject;
	/** Its files, by the field that holds them. */
	files: Array<{ field: string; name: string; type: string; size: string }>;
}

/**
 * An operation's output in n8n's engine, run on the scene's job with its entry in `shownWith`.
 *
 * @throws Error saying how to fix it when the operation fails or returns nothing
 */
export async function sampleOf(
	resource: string,
	operation: string,
	parameters: INodeParameters = {},
): Promise<Sample> {
	const name = `${resource}.${operation}`;
	const whileRunning = shownWhileRunning.has(name);
	const use = async ({ sandbox, jobId, now }: Scene) => {
		const { items, error } = await runNode(
			{
				...{ resource, operation, jobId: { __rl: true, mode: 'id', value: jobId } },
				...shownWith[name],
				...parameters,
			},
			{ credential: credentialFor(sandbox), timezone: 'UTC', items: [shownItem] },
		);
		const [item] = items;
		if (error === undefined && item !== undefined) return shown(item, now);
		throw new Error(
			`${name} has no sample: ${error?.message ?? 'it gave no item'}. Say in tools/docs/shownWith.ts what it is to be run with.`,
		);
	};
	return await inScene(use, { whileRunning });
}

/** What the trigger emits when the scene's job ends. */
export async function triggerSample(parameters: INodeParameters = {}): Promise<Sample> {
	let staticData: IDataObject = {};
	const watch = async (sandbox: { url: string; apiKey: string }) => {
		({ staticData } = await pollTrigger(parameters, { credential: credentialFor(sandbox) }));
	};
	return await inScene(
		async ({ sandbox, now }) => {
			const credential = credentialFor(sandbox);
			const { items } = await pollTrigger(parameters, { credential, staticData });
			return shown(items![0]!, now);
		},
		{ watch },
	);
}

function shown({ json, binary = {} }: INodeExecutionData, now: number): Sample {
	const files = Object.entries(binary).map(
		([field, { fileName = '', mimeType, fileSize = '' }]) => ({
			...{ field, name: fileName, type: mimeType, size: fileSize },
		}),
	);
	return steady({ json, files }, now);
}
