import type { IExecuteFunctions } from 'n8n-workflow';

import type { Output } from '../../api/outputs';
import { perExecution } from '../../api/perExecution';
import type { OperationRun } from '../operation';

/** Output IDs remembered for a node; a job has a few thousand outputs. */
const MOST_REMEMBERED = 100_000;
/** Outputs removed from the store at once: the host searches the whole store for each. */
const TAKEN_AT_ONCE = 200;
/** An output in the store; the prefix keeps IDs of the service apart from our own entries. */
const entryOf = (outputId: string): string => `output ${outputId}`;
/** Stored beside it only while an execution checks it, see `notYetDownloaded`. */
const markOf = (outputId: string): string => `asking ${outputId}`;

/** IDs of the outputs whose files an execution returns. */
const givenIn = perExecution(() => new Set<string>());

/** The last store access of each node, for the next one to wait for. */
const turns = new Map<string, Promise<void>>();

/**
 * The outputs whose files were not returned before, by an earlier item or by this node in an earlier
 * execution of the published workflow, according to the host's store of processed items. A manual execution
 * gets all of them, and so does a sub-workflow: n8n does not say whether its parent runs manually.
 *
 * The store cannot be queried without recording the query, so the entries are removed right away. The host
 * reads, changes and writes one row without a lock, so removed entries may come back when workers query at the
 * same time, or stay when n8n is killed. So each output has a mark beside it while it is being checked: both are
 * added and removed in one write, and an output with its mark does not count. Whatever is lost or comes back, an
 * output without a mark was downloaded: rather a file twice than never.
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
		// The output before its mark: it is dropped first if there are too many.
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
 * Remembers outputs as downloaded, by ID, once the node has all of its results: anything remembered before
 * that would be skipped for good if n8n were killed.
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

/** If two workers create the row of a node at once, the host fails in one of them; the row then exists. */
async function record({ helpers }: IExecuteFunctions, entries: string[], maxEntries?: number) {
	const options = { mode: 'entries', ...(maxEntries && { maxEntries }) } as const;
	const ask = () => helpers.checkProcessedAndRecord(entries, 'node', options);
	return await ask().catch(ask);
}

/** A manual execution must not take files from the published workflow. */
const remembers = (context: IExecuteFunctions): boolean =>
	!['manual', 'evaluation', 'integrated'].includes(context.getMode());

/**
 * Accesses the store after other executions of the same node in this process, so that none of them loses what
 * another has recorded.
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
