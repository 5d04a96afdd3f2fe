import type { ICheckProcessedOptions, INodeExecutionData } from 'n8n-workflow';

import { usageError } from '../../api/errors';
import type { Output } from '../../api/schemas';
import type { OperationRun } from '../operation';

type Fetch = (outputs: Output[]) => Promise<INodeExecutionData[]>;

/** Output ids remembered for a node; a job has some thousand outputs. */
const OPTIONS: ICheckProcessedOptions = { mode: 'entries', maxEntries: 100_000 };

/**
 * Fetches the outputs that this node has not fetched before, as the host's own store of processed
 * items tells. Those that fail are taken out of the store again, so that they come next time.
 *
 * @throws NodeOperationError when the host has no such store.
 */
export async function withoutDownloaded(
	run: OperationRun,
	outputs: Output[],
	fetch: Fetch,
): Promise<INodeExecutionData[]> {
	const { context, itemIndex } = run;
	const { helpers } = context;
	if (!('checkProcessedAndRecord' in helpers)) {
		throw usageError(
			context.getNode(),
			'This version of n8n does not remember which files were downloaded',
			'Update n8n, or turn off "Skip Files Already Downloaded".',
			itemIndex,
		);
	}
	const ids = outputs.map(({ id }) => id);
	const known = await helpers.checkProcessedAndRecord(ids, 'node', OPTIONS);
	const fresh = new Set(known.new);
	const wanted = outputs.filter(({ id }) => fresh.has(id));

	let lost = wanted;
	try {
		const items = await fetch(wanted);
		const isEach = items.length === wanted.length;
		const hasFailed = (item?: INodeExecutionData) => item?.error !== undefined;
		lost = wanted.filter((_, i) => (isEach ? hasFailed(items[i]) : items.some(hasFailed)));
		return items;
	} finally {
		const lostIds = lost.map(({ id }) => id);
		if (lostIds.length > 0) await helpers.removeProcessed(lostIds, 'node', OPTIONS);
	}
}
