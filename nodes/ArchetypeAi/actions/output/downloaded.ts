import type { IExecuteFunctions } from 'n8n-workflow';

import type { Output } from '../../api/outputs';
import { perExecution } from '../../api/perExecution';
import type { OperationRun } from '../operation';

/** Output ids remembered for a node; a job has some thousand outputs. */
const MOST_REMEMBERED = 100_000;
/** In the store only while it is being asked, see `notYetDownloaded`. */
const ASKING = 'asking';
/** An output in the store: no ID of the service can be a word of ours. */
const entryOf = (outputId: string): string => `output ${outputId}`;

/** Ids of the outputs whose files an execution gives. */
const givenIn = perExecution(() => new Set<string>());

/** The last work with the store of each node, so that the next one waits for it. */
const turns = new Map<string, Promise<void>>();

/**
 * The outputs whose files were given neither by this node in an earlier execution of the published
 * workflow, according to the host's own store of processed items, nor for an earlier item. A run by hand
 * gets all of them, and so does a sub-workflow: n8n does not say whether its parent runs by hand.
 *
 * The store cannot be asked without recording what it is asked about, so that is taken out again at
 * once. Where n8n was killed in between, a mark is left, and what the store says counts for nothing:
 * rather a file twice than never.
 *
 * @throws NodeOperationError when the host has no such store.
 */
export async function notYetDownloaded(run: OperationRun, outputs: Output[]): Promise<Output[]> {
	const { context, client, hints } = run;
	const { helpers } = context;
	if (!('checkProcessedAndRecord' in helpers)) {
		throw client.usageError(
			'This version of n8n does not remember which files were downloaded',
			'Update n8n, or turn off "Skip Files Already Downloaded".',
		);
	}
	if (context.getMode() === 'integrated') {
		hints.add(
			'No file is skipped in a sub-workflow: n8n does not say whether its parent runs by hand.',
		);
	}
	if (!remembers(context) || outputs.length === 0) return outputs;

	const asked = [ASKING, ...outputs.map(({ id }) => entryOf(id))];
	const fresh = await inTurn(context, async () => {
		const answer = await helpers.checkProcessedAndRecord(asked, 'node', { mode: 'entries' });
		const isReliable = answer.new.includes(ASKING);
		const unknown = isReliable ? answer.new : asked;
		await helpers.removeProcessed(unknown, 'node', { mode: 'entries' });
		return new Set(unknown);
	});
	const given = givenIn(context);
	return outputs.filter(({ id }) => fresh.has(entryOf(id)) && !given.has(id));
}

/**
 * Remembers outputs as downloaded, by their ids, once all that the node gives is there: what is
 * remembered before that is lost when n8n is killed.
 */
export function markDownloaded({ context, whenDone }: OperationRun, outputs: Output[]): void {
	const given = givenIn(context);
	if (given.size === 0 && outputs.length > 0) whenDone(() => remember(context, given));
	for (const { id } of outputs) given.add(id);
}

async function remember(context: IExecuteFunctions, ids: ReadonlySet<string>): Promise<void> {
	if (!remembers(context) || ids.size === 0) return;
	const options = { mode: 'entries', maxEntries: MOST_REMEMBERED } as const;
	await inTurn(context, () =>
		context.helpers.checkProcessedAndRecord([...ids].map(entryOf), 'node', options),
	);
}

/** A run by hand must not take files from the published workflow. */
const remembers = (context: IExecuteFunctions): boolean =>
	!['manual', 'evaluation', 'integrated'].includes(context.getMode());

/**
 * Does work with the store when executions of the same node have done theirs: the host reads, changes
 * and writes one row without a lock, so that what one execution asks about could stay in it for good.
 */
async function inTurn<Result>(
	context: IExecuteFunctions,
	work: () => Promise<Result>,
): Promise<Result> {
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const result = (turns.get(node) ?? Promise.resolve()).then(work);
	const turn = result.then(
		() => {},
		() => {},
	);
	turns.set(node, turn);
	void turn.then(() => {
		if (turns.get(node) === turn) turns.delete(node);
	});
	return await result;
}
