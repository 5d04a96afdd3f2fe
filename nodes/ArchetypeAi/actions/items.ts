import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { withoutQuery } from '../api/redact';
import { endedAt, outcomeOf } from '../api/outcome';
import type { Input, InputProgress, Job, Output } from '../api/schemas';

/**
 * Rows of the service as items: whole, or the fields most people need (ten at most). Links lose
 * their query in both: a presigned link is a key to the file, and items are stored and shown.
 */

/**
 * The named fields of each part that has them, in one object. Written without spreading several
 * objects into one: that takes ten times as long and four times the memory, with 100,000 rows.
 */
function pick(...parts: Array<[from: object, fields: string[]]>): IDataObject {
	const picked: IDataObject = {};
	for (const [from, fields] of parts) {
		for (const field of fields) {
			if (field in from) picked[field] = (from as IDataObject)[field];
		}
	}
	return picked;
}

/** A job with how and when it ended, which the service shows in several fields. */
export const jobItem = (job: Job, simplify: boolean): IDataObject => {
	const ending = { outcome: outcomeOf(job), ended_at: endedAt(job) };
	return simplify
		? pick(
				[job, ['id', 'name', 'status']],
				[ending, ['outcome']],
				[job, ['pipeline_key', 'retry_count', 'input_progress', 'created_at', 'started_at']],
				[ending, ['ended_at']],
				[job, ['updated_at', 'error']],
			)
		: { ...(job as IDataObject), ...ending };
};

export const inputItem = (input: Input, simplify: boolean): IDataObject =>
	simplify
		? pick(
				[input, ['id', 'job_id', 'port_name', 'file_id']],
				[input.data ?? {}, ['filename', 'num_bytes']],
				[input, ['status', 'error_message', 'created_at', 'completed_at']],
			)
		: withoutSignature(input);

export const inputProgressItem = (row: InputProgress, simplify: boolean): IDataObject => {
	if (!simplify) return { ...(row as IDataObject), input: withoutSignature(row.input) };
	const progress = (row.latest_progress ?? {}) as IDataObject;
	return Object.assign(pick([row.input, ['id', 'job_id', 'port_name', 'file_id', 'status']]), {
		error_message: (row.input as IDataObject).error_message ?? null,
		step: row.step ?? null,
		metrics: progress.metrics ?? null,
		message: progress.message ?? null,
		progress_at: progress.created_at ?? null,
	});
};

export const outputItem = (output: Output, simplify: boolean): IDataObject =>
	simplify
		? pick(
				[output, ['id', 'job_id', 'port_name', 'input_id', 'input_file_id']],
				[output.data, ['filename', 'file_type', 'num_bytes']],
				[output, ['expires_at', 'created_at']],
			)
		: withoutSignature(output);

function withoutSignature(row: Input | Output): IDataObject {
	const { data } = row;
	if (typeof data?.ref !== 'string') return row as IDataObject;
	return { ...row, data: { ...data, ref: withoutQuery(data.ref) } };
}

/** The item for a row; simplified or whole. */
export type ItemOf<Row> = (row: Row, simplify: boolean) => IDataObject;

/** Items for rows; the router adds `pairedItem`. */
export const toItems = <Row>(
	rows: Row[],
	item: ItemOf<Row>,
	simplify: boolean,
): INodeExecutionData[] => rows.map((row) => ({ json: item(row, simplify) }));

/** Items for the rows of a list, made page by page: what they leave out of a row is not kept. */
export async function collectItems<Row>(
	pages: AsyncIterable<Row[]>,
	item: ItemOf<Row>,
	simplify: boolean,
): Promise<INodeExecutionData[]> {
	const items: INodeExecutionData[] = [];
	for await (const rows of pages) items.push(...toItems(rows, item, simplify));
	return items;
}
