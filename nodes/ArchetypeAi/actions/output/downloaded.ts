import type { IExecuteFunctions } from 'n8n-workflow';

import { usageError } from '../../api/errors';
import type { Output } from '../../api/schemas';
import type { OperationRun } from '../operation';

/** Output ids remembered for a node; a job has some thousand outputs. */
const MOST_REMEMBERED = 100_000;
/** In the store only while it is being asked, see `notYetDownloaded`. */
const ASKING = 'asking';

/**
 * The outputs that were handed on neither by this node in an earlier execution of the published
 * workflow, as the host's own store of processed items tells, nor for an earlier item. A test by hand
 * gets all of them.
 *
 * The store cannot be asked without recording what it is asked about, so that is taken out again at
 * once. Where n8n was killed in between, a mark is left, and what the store says counts for nothing:
 * rather a file twice than never.
 *
 * @throws NodeOperationError when the host has no such store.
 */
export async function notYetDownloaded(run: OperationRun, outputs: Output[]): Promise<Output[]> {
	const { context, itemIndex, handedOn } = run;
	const { helpers } = context;
	if (!('checkProcessedAndRecord' in helpers)) {
		throw usageError(
			context.getNode(),
			'This version of n8n does not remember which files were downloaded',
			'Update n8n, or turn off "Skip Files Already Downloaded".',
			itemIndex,
		);
	}
	if (isByHand(context) || outputs.length === 0) return outputs;

	const asked = [ASKING, ...outputs.map(({ id }) => id)];
	const answer = await helpers.checkProcessedAndRecord(asked, 'node', { mode: 'entries' });
	const isTold = answer.new.includes(ASKING);
	const fresh = new Set(isTold ? answer.new : asked);
	await helpers.removeProcessed([...fresh], 'node', { mode: 'entries' });
	return outputs.filter(({ id }) => fresh.has(id) && !handedOn.has(id));
}

/**
 * Remembers outputs as downloaded, by their ids. To be called when all that the node gives is there:
 * what is remembered before that is lost when n8n is killed.
 */
export async function rememberDownloaded(
	context: IExecuteFunctions,
	ids: ReadonlySet<string>,
): Promise<void> {
	if (isByHand(context) || ids.size === 0) return;
	const options = { mode: 'entries', maxEntries: MOST_REMEMBERED } as const;
	await context.helpers.checkProcessedAndRecord([...ids], 'node', options);
}

/** A test by hand must not take files from the published workflow. */
const isByHand = (context: IExecuteFunctions): boolean => context.getMode() === 'manual';
