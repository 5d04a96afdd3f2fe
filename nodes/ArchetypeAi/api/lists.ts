import type { IDataObject } from 'n8n-workflow';
import type { z, ZodError } from 'zod';

import type { ArchetypeAiClient } from './client';
import { nameOf, rowError } from './errors';
import type { List } from './pages';
import { jobPath } from './paths';
import {
	inputProgressSchema,
	inputSchema,
	jobSchema,
	rawListSchema,
	outputSchema,
} from './schemas';
import type { Input, InputProgress, Job, Output } from './schemas';

interface Endpoint<Row> {
	path: string;
	/** The reply's array: `jobs`, `inputs`, `outputs`, `items`. */
	key: string;
	row: z.ZodType<Row, z.ZodTypeDef, unknown>;
	idOf: (row: Row) => string;
	subject: string;
	query: IDataObject;
	itemIndex?: number;
}

/** What is done about rows that are not as they should be. */
interface Leniency {
	/** Whether a page goes without them, and says so; otherwise it fails. */
	keepsGoing?: boolean;
}

function list<Row>(
	client: ArchetypeAiClient,
	endpoint: Endpoint<Row>,
	{ keepsGoing = false }: Leniency = {},
): List<Row> {
	const { path, key, row, idOf, subject, query, itemIndex } = endpoint;
	const reply = rawListSchema(key);
	return {
		idOf,
		about: { node: client.node, path, itemIndex },
		async page(offset, limit, signal) {
			const request = { path, subject, itemIndex, signal, query: { ...query, offset, limit } };
			const { total, rows: raw } = await client.request(request, reply);
			const rows: Row[] = [];
			const malformed: string[] = [];
			for (const [index, each] of raw.entries()) {
				const parsed = row.safeParse(each);
				if (parsed.success) rows.push(parsed.data);
				else if (keepsGoing) malformed.push(problemOf(each, index, key, parsed.error));
				else throw rowError(client.info(request), each, `${key}.${index}`, parsed.error);
			}
			return {
				total: total ?? leastTotal(offset, raw.length),
				rows,
				malformed,
				at: client.serviceTime(),
			};
		},
	};
}

/** Where the service does not count: there may be a row behind a page that has any. */
const leastTotal = (offset: number, length: number): number =>
	length === 0 ? 0 : offset + length + 1;

function problemOf(row: unknown, index: number, key: string, error: ZodError): string {
	const [issue] = error.issues;
	const field = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
	return `${nameOf(row) || `${key}.${index}`} (${field})`;
}

/** `GET /batch/jobs`, with its filters `pipeline_type`, `status` (one) and `q`. */
export function jobs(
	client: ArchetypeAiClient,
	query: IDataObject = {},
	itemIndex?: number,
	leniency: Leniency = {},
): List<Job> {
	const idOf = (job: Job) => job.id;
	const subject = 'The list of jobs';
	const path = '/batch/jobs';
	const endpoint = { path, key: 'jobs', row: jobSchema, idOf, subject, query, itemIndex };
	return list(client, endpoint, leniency);
}

/** `GET /batch/jobs/{id}/inputs`, with its filters `port_name` and `status` (one). */
export function inputs(...[client, ...of]: ListOfJob): List<Input> {
	const idOf = (input: Input) => input.id;
	return list(client, {
		...below('/inputs', client, ...of),
		key: 'inputs',
		row: inputSchema,
		idOf,
	});
}

/** `GET /batch/jobs/{id}/inputs/progress`, with `port_name`, `status` (several) and `order`. */
export function inputsProgress(...[client, ...of]: ListOfJob): List<InputProgress> {
	const idOf = (row: InputProgress) => row.input.id;
	const endpoint = below('/inputs/progress', client, ...of);
	return list(client, { ...endpoint, key: 'items', row: inputProgressSchema, idOf });
}

/** `GET /batch/jobs/{id}/outputs`, with its filters `port_name` and `input_id`. */
export function outputs(...[client, ...of]: ListOfJob): List<Output> {
	const idOf = (output: Output) => output.id;
	return list(client, {
		...below('/outputs', client, ...of),
		key: 'outputs',
		row: outputSchema,
		idOf,
	});
}

type ListOfJob = [
	client: ArchetypeAiClient,
	jobId: string,
	query?: IDataObject,
	itemIndex?: number,
];

function below(
	path: string,
	...[client, jobId, query = {}, itemIndex]: ListOfJob
): Pick<Endpoint<never>, 'path' | 'subject' | 'query' | 'itemIndex'> {
	return {
		path: jobPath(client.node, jobId, path, itemIndex),
		subject: `Job ${jobId}`,
		query,
		itemIndex,
	};
}
