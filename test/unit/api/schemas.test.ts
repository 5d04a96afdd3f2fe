import fc from 'fast-check';
import type { z } from 'zod';

import { eventSchema } from '../../../nodes/ArchetypeAi/api/events';
import { inputProgressSchema } from '../../../nodes/ArchetypeAi/api/inputProgress';
import { inputSchema } from '../../../nodes/ArchetypeAi/api/inputs';
import { jobSchema } from '../../../nodes/ArchetypeAi/api/jobs';
import { listSchema } from '../../../nodes/ArchetypeAi/api/lists';
import { outputSchema } from '../../../nodes/ArchetypeAi/api/outputs';

const job = { id: 'job_1', status: 'RUNNING', created_at: '2026-06-02T08:00:01Z' };
const input = { id: 'inp_1', port_name: 'worker.inference', status: 'pending' };
const event = { id: 7, event_type: 'info', created_at: '2026-06-02T08:00:01Z' };
const output = { id: 'out_1', port_name: 'worker.results', data: { ref: '/files/download/a' } };

const problems = (schema: z.ZodTypeAny, reply: unknown) =>
	schema.safeParse(reply).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a reply without its array is an error, never an empty list', () => {
	const jobs = listSchema('jobs');

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
		['a total that is text', { total: '7', jobs: [] }, 'total: Expected number, received string'],
		['an empty object', {}, 'jobs: Required'],
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
			{ ...output, data: { ref: '/a', num_bytes: '9 kB' } },
			'data.num_bytes: Invalid input',
		],
		['event', eventSchema, { ...event, id: 1.5 }, 'id: Expected integer, received float'],
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

	test('a list that does not count its rows', () => {
		expect(listSchema('jobs').parse({ jobs: [job] }).rows).toEqual([job]);
	});

	test('a size that is written as text', () => {
		const data = { ref: '/a', num_bytes: '90211' };
		expect(outputSchema.parse({ ...output, data }).data.num_bytes).toBe(90_211);
	});

	test('statuses of tomorrow', () => {
		expect(jobSchema.parse({ ...job, status: 'PAUSED' }).status).toBe('PAUSED');
	});

	test.each<[string, z.ZodTypeAny, object]>([
		['job', jobSchema, job],
		['input', inputSchema, { ...input, data: { ref: 'https://b/o' } }],
		['progress', inputProgressSchema, { input, latest_progress: null, step: null }],
		['output', outputSchema, output],
		['event', eventSchema, event],
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

describe('an ID can be part of a path, a file name and a key', () => {
	const bad = ['', '..', '../.ssh/authorized', 'a/b', 'a b', 'job_1\n', 'jöb', 'x'.repeat(101)];

	test.each<[string, z.ZodTypeAny, object]>([
		['job', jobSchema, job],
		['input', inputSchema, input],
		['output', outputSchema, output],
		['event', eventSchema, event],
	])('%s', (_, schema, row) => {
		for (const id of bad) expect(schema.safeParse({ ...row, id }).success).toBe(false);
		for (const id of ['job_3h7m', 'a-B_7', 'constructor', 'x'.repeat(100)]) {
			expect(schema.safeParse({ ...row, id }).success).toBe(true);
		}
	});
});
