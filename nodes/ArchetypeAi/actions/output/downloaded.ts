import type { IExecuteFunctions } from 'n8n-workflow';

import type { Output } from '../../api/outputs';
import { perExecution } from '../../api/perExecution';
import type { OperationRun } from '../operation';

/** Output ids remembered for a node; a job has some thousand outputs. */
const MOST_REMEMBERED = 100_000;
/** Outputs taken out of the store at once: the host searches all of it for each of them. */
const TAKEN_AT_ONCE = 200;
/** An output in the store: no ID of the service can be a word of ours. */
const entryOf = (outputId: string): string => `output ${outputId}`;
/** Beside it only while an execution asks about it, see `notYetDownloaded`. */
const markOf = (outputId: string): string => `asking ${outputId}`;

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
 * once. The host reads, changes and writes one row without a lock, so what was taken out may come back
 * when workers ask at once, or stay when n8n is killed. So each output has a mark of its own beside it
 * while it is asked about: both are put in and taken out in one write, and an output beside its mark
 * counts for nothing. Whatever is lost or comes back, an output alone was downloaded: rather a file twice
 * than never.
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

	const ids = [...new Set(outputs.map(({ id }) => id))];
	const fresh = await inTurn(context, async () => {
		// The output before its mark: it is the first of both to be dropped where there are too many.
		const asked = ids.flatMap((id) => [entryOf(id), markOf(id)]);
		const answer = await record(context, asked);
		const recorded = new Set(answer.new);
		const unknown = new Set(
			ids.filter((id) => recorded.has(entryOf(id)) || !recorded.has(markOf(id))),
		);
		for (let from = 0; from < ids.length; from += TAKEN_AT_ONCE) {
			const some = ids.slice(from, from + TAKEN_AT_ONCE);
			const taken = [...some.filter((id) => unknown.has(id)).map(entryOf), ...some.map(markOf)];
			await helpers.removeProcessed(taken, 'node', { mode: 'entries' });
		}
		return unknown;
	});
	const given = givenIn(context);
	return outputs.filter(({ id }) => fresh.has(id) && !given.has(id));
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
	await inTurn(context, () => record(context, [...ids].map(entryOf), MOST_REMEMBERED));
}

/** Where two workers make the row of a node at once, the host fails in one of them: the row is there then. */
async function record({ helpers }: IExecuteFunctions, entries: string[], maxEntries?: number) {
	const options = { mode: 'entries', ...(maxEntries && { maxEntries }) } as const;
	const ask = () => helpers.checkProcessedAndRecord(entries, 'node', options);
	return await ask().catch(ask);
}

/** A run by hand must not take files from the published workflow. */
const remembers = (context: IExecuteFunctions): boolean =>
	!['manual', 'evaluation', 'integrated'].includes(context.getMode());

/**
 * Does work with the store when executions of the same node in this process have done theirs, so that
 * none of them loses what another one remembers.
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
