import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import type { ZodError } from 'zod';

import type { ArchetypeAiClient } from './client';
import { isTooDeep } from './depth';
import { nameOf } from './errors';
import type { List, Malformed } from './pages';
import { jobPath } from './paths';
import { countSchema } from './row';

type RowSchema<Row> = z.ZodType<Row, z.ZodTypeDef, unknown>;

/** A list endpoint: `GET path` answers `{ total, offset, limit, <key>: [row, …] }`. */
interface Endpoint<Row> {
	path: string;
	/** The reply's array: `jobs`, `inputs`, `outputs`, `items`. */
	key: string;
	row: RowSchema<Row>;
	idOf: (row: Row) => string;
	/** What is requested, as the subject of a sentence in errors. */
	subject: string;
	query: IDataObject;
}

/**
 * The reply of a list endpoint, with its rows as received. A reply without its array is rejected: an
 * empty list must never be made up. `total` may be missing.
 */
export function listSchema(key: string) {
	return z
		.object({ total: countSchema.nullish(), [key]: z.array(z.unknown()) })
		.transform((reply) => ({
			total: reply.total as number | null | undefined,
			rows: reply[key] as unknown[],
		}));
}

/** A list of the service. Malformed rows are set apart from the others. */
export function list<Row>(client: ArchetypeAiClient, endpoint: Endpoint<Row>): List<Row> {
	const { path, key, row, idOf, subject, query } = endpoint;
	const reply = listSchema(key);
	return {
		idOf,
		about: { path, usageError: (message, advice) => client.usageError(message, advice) },
		async page(offset, limit, signal) {
			const request = { path, subject, signal, query: { ...query, offset, limit } };
			const { total, rows: raw } = await client.request(request, reply);
			const rows: Row[] = [];
			const malformed: Malformed[] = [];
			for (const [index, each] of raw.entries()) {
				const parsed = row.safeParse(each);
				if (parsed.success) rows.push(parsed.data);
				else malformed.push(malformedRow(each, index, key, parsed.error));
			}
			const at = client.serviceTime();
			return { total: total ?? leastTotal(offset, raw.length), rows, malformed, at };
		},
	};
}

/** A list below a job, such as `/inputs`, as a function of the job and the query. */
export function listOfJob<Row>(
	below: string,
	key: string,
	row: RowSchema<Row>,
	idOf: (row: Row) => string,
) {
	return (client: ArchetypeAiClient, jobId: string, query: IDataObject = {}): List<Row> => {
		const path = jobPath(client, jobId, below);
		return list(client, { path, key, row, idOf, subject: `Job ${jobId}`, query });
	};
}

/** When the service sends no count: a page with any rows may be followed by another. */
const leastTotal = (offset: number, length: number): number =>
	length === 0 ? 0 : offset + length + 1;

/** What is wrong with a row of the list `key`, and what still identifies it. */
export function malformedRow(
	row: unknown,
	index: number,
	key: string,
	{ issues }: ZodError,
): Malformed {
	const name = nameOf(row);
	const [issue] = issues;
	const field = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
	const place = `${key}.${index}`;
	// Without an ID, a row is identified by its content, if that can be serialized.
	const content = isTooDeep(row) ? place : JSON.stringify(row);
	return {
		index,
		key: name || createHash('sha256').update(content).digest('base64'),
		problem: `${name || place} (${field})`,
	};
}
