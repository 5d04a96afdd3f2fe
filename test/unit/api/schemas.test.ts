import fc from 'fast-check';
import type { z } from 'zod';

import {
	inputProgressSchema,
	inputSchema,
	jobSchema,
	listSchema,
	outputSchema,
} from '../../../nodes/ArchetypeAi/api/schemas';

const job = { id: 'job_1', status: 'RUNNING', created_at: '2026-06-02T08:00:01Z' };
const input = { id: 'inp_1', port_name: 'worker.inference', status: 'pending' };
const output = { id: 'out_1', port_name: 'worker.results', data: { ref: '/files/download/a' } };

const problems = (schema: z.ZodTypeAny, reply: unknown) =>
	schema.safeParse(reply).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a reply without its array is an error, never an empty list', () => {
	const jobs = listSchema('jobs', jobSchema);

	test('a list gives its total and rows', () => {
		expect(jobs.parse({ total: 5, offset: 0, limit: 1, jobs: [job] })).toEqual({
			total: 5,
			rows: [job],
		});
		expect(jobs.parse({ total: 0, offset: 0, limit: 1, jobs: [] })).toEqual({ total: 0, rows: [] });
	});

	test.each<[string, unknown, string]>([
		['no array', { total: 0, offset: 0, limit: 1 }, 'jobs: Required'],
		['null', { total: 0, jobs: null }, 'jobs: Expected array, received null'],
		['an object', { total: 0, jobs: {} }, 'jobs: Expected array, received object'],
		['another array', { total: 0, items: [] }, 'jobs: Required'],
		['no total', { jobs: [] }, 'total: Required'],
		['a total that is text', { total: '7', jobs: [] }, 'total: Expected number, received string'],
		['an empty object', {}, 'total: Required'],
		['an array', [], ': Expected object, received array'],
		['text', '<html>', ': Expected object, received string'],
	])('%s', (_, reply, problem) => {
		expect(problems(jobs, reply)).toContain(problem);
	});

	test('whatever else is in it', () => {
		const names = fc.constantFrom('total', 'offset', 'jobs', 'items', 'data');
		fc.assert(
			fc.property(fc.dictionary(names, fc.jsonValue()), (reply) => {
				fc.pre(!Array.isArray(reply.jobs));
				expect(jobs.safeParse(reply).success).toBe(false);
			}),
		);
	});
});

describe('a field that is missing or wrong is named', () => {
	test.each<[string, z.ZodTypeAny, unknown, string]>([
		['job', jobSchema, { ...job, id: undefined }, 'id: Required'],
		['job', jobSchema, { ...job, status: 7 }, 'status: Expected string, received number'],
		[
			'job',
			jobSchema,
			{ ...job, retry_count: '1' },
			'retry_count: Expected number, received string',
		],
		[
			'job',
			jobSchema,
			{ ...job, failed_at: 1780387201 },
			'failed_at: Expected string, received number',
		],
		[
			'input',
			inputSchema,
			{ ...input, port_name: null },
			'port_name: Expected string, received null',
		],
		['progress', inputProgressSchema, { step: 1 }, 'input: Required'],
		[
			'progress',
			inputProgressSchema,
			{ input: { ...input, id: 1 } },
			'input.id: Expected string, received number',
		],
		['output', outputSchema, { ...output, data: undefined }, 'data: Required'],
		['output', outputSchema, { ...output, data: { filename: 'a' } }, 'data.ref: Required'],
		[
			'output',
			outputSchema,
			{ ...output, data: { ref: '/a', num_bytes: '9' } },
			'data.num_bytes: Expected number, received string',
		],
		[
			'row',
			listSchema('jobs', jobSchema),
			{ total: 2, jobs: [job, { ...job, id: 2 }] },
			'jobs.1.id: Expected string, received number',
		],
	])('%s: %#', (_, schema, reply, problem) => {
		expect(problems(schema, reply)).toEqual([problem]);
	});
});

describe('what this package does not rely on may be missing, null, new or of any form', () => {
	test('the least a row can be', () => {
		expect(jobSchema.parse(job)).toEqual(job);
		expect(inputSchema.parse(input)).toEqual(input);
		expect(inputSchema.parse({ ...input, data: { ref: null } })).toEqual({
			...input,
			data: { ref: null },
		});
		expect(inputProgressSchema.parse({ input })).toEqual({ input });
		expect(outputSchema.parse(output)).toEqual(output);
	});

	test('statuses of tomorrow', () => {
		expect(jobSchema.parse({ ...job, status: 'PAUSED' }).status).toBe('PAUSED');
	});

	test.each<[string, z.ZodTypeAny, object]>([
		['job', jobSchema, job],
		['input', inputSchema, { ...input, data: { ref: 'https://b/o' } }],
		['progress', inputProgressSchema, { input, latest_progress: null, step: null }],
		['output', outputSchema, output],
	])('unknown fields are kept: %s', (_, schema, row) => {
		const unknown = fc.dictionary(
			fc.string().map((name) => `x_${name}`),
			fc.jsonValue(),
		);
		fc.assert(
			fc.property(unknown, (fields) => {
				expect(schema.parse({ ...row, ...fields })).toEqual({ ...row, ...fields });
			}),
		);
	});
});
