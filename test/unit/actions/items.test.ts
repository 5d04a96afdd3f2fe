import type { IDataObject } from 'n8n-workflow';

import { toItems } from '../../../nodes/ArchetypeAi/actions/toItems';
import { eventItem, eventSchema } from '../../../nodes/ArchetypeAi/api/events';
import {
	inputProgressItem,
	inputProgressSchema,
} from '../../../nodes/ArchetypeAi/api/inputProgress';
import { inputItem, inputSchema } from '../../../nodes/ArchetypeAi/api/inputs';
import { jobItem, jobSchema } from '../../../nodes/ArchetypeAi/api/jobs';
import { outputItem, outputSchema } from '../../../nodes/ArchetypeAi/api/outputs';

const job = jobSchema.parse({
	id: 'job_1',
	org_id: 'org_1',
	name: 'pump-7-nightly',
	pipeline_type: 'batch',
	pipeline_key: 'machine-state-classification',
	pipeline_version: '1.1.1-409-abcdef0',
	status: 'RUNNING',
	parameters: { worker: { parallelism: 1, config: {} } },
	retry_count: 0,
	preemption_count: 1,
	queue_position: null,
	queue_depth: null,
	input_progress: { pending: 2, processing: 1, completed: 4, failed: 0 },
	created_at: '2026-06-02T08:00:01.123456Z',
	updated_at: '2026-06-02T08:09:44.000211Z',
	started_at: '2026-06-02T08:03:10.900000Z',
	completed_at: null,
	failed_at: null,
	cancelled_at: null,
	error: null,
	field_of_tomorrow: { any: ['thing'] },
});
const data = {
	ref: "https://bucket.example/o/7?n=''a b&X-Amz-Signature=5ec2e7#5ec2e7",
	filename: 'pump7.csv',
	file_type: 'text/csv',
	file_extension: '.csv',
	num_bytes: 90211,
	metadata: { class: 'ok' },
	file_tags: null,
	file_attributes: null,
};
const input = inputSchema.parse({
	id: 'inp_1',
	job_id: 'job_1',
	port_name: 'worker.inference',
	file_id: 'pump7.csv',
	data,
	status: 'failed',
	error_message: 'could not parse as dtype i64',
	created_at: '2026-06-02T08:00:01Z',
	completed_at: null,
});
const progress = inputProgressSchema.parse({
	input,
	latest_progress: {
		id: 502,
		kind: 'inference',
		step: 5,
		metrics: { percent_complete: 50 },
		payload: {},
		message: 'Processing input 5 of 10',
		created_at: '2026-04-14T10:06:00Z',
	},
	step: 3,
});
const output = outputSchema.parse({
	id: 'out_1',
	job_id: 'job_1',
	port_name: 'worker.results',
	input_id: 'inp_1',
	input_file_id: 'pump7.csv',
	data,
	expires_at: '2026-06-02T10:00:00Z',
	created_at: '2026-06-02T09:00:00Z',
});
const event = eventSchema.parse({
	id: 70211,
	event_type: 'inference.failed',
	level: 'FAILED',
	message: `bad header row in ${data.ref}`,
	payload: { error_code: 'UNSUPPORTED_FORMAT' },
	input_id: 'inp_1',
	index: 0,
	created_at: '2026-06-02T08:05:00Z',
});

describe('Simplify gives the fields most people need, ten at most', () => {
	test.each<[string, IDataObject, string[]]>([
		[
			'job',
			jobItem(job, true),
			[
				...['id', 'name', 'status', 'outcome', 'pipeline_key', 'retry_count', 'input_progress'],
				...['created_at', 'started_at', 'ended_at', 'updated_at', 'error'],
			],
		],
		[
			'input',
			inputItem(input, true),
			[
				...['id', 'job_id', 'port_name', 'file_id', 'filename', 'num_bytes', 'status'],
				...['error_message', 'created_at', 'completed_at'],
			],
		],
		[
			'progress of an input',
			inputProgressItem(progress, true),
			[
				...['id', 'job_id', 'port_name', 'file_id', 'status', 'error_message', 'step'],
				...['metrics', 'message', 'progress_at'],
			],
		],
		[
			'output',
			outputItem(output, true),
			[
				...['id', 'job_id', 'port_name', 'input_id', 'input_file_id', 'filename'],
				...['file_type', 'num_bytes', 'expires_at', 'created_at'],
			],
		],
		[
			'event',
			eventItem(event, true),
			['id', 'created_at', 'level', 'event_type', 'message', 'input_id', 'payload'],
		],
	])('%s', (_, item, fields) => {
		expect(Object.keys(item)).toEqual(fields);
		const ofTheService = fields.filter((field) => !['outcome', 'ended_at'].includes(field));
		expect(ofTheService.length).toBeLessThanOrEqual(10);
		expect(JSON.stringify(item)).not.toContain('5ec2e7');
	});

	test('the values are those of the service', () => {
		expect(inputItem(input, true)).toMatchObject({ num_bytes: 90211, status: 'failed' });
		expect(inputProgressItem(progress, true)).toMatchObject({
			id: 'inp_1',
			step: 3,
			metrics: { percent_complete: 50 },
			message: 'Processing input 5 of 10',
			progress_at: '2026-04-14T10:06:00Z',
		});
		expect(outputItem(output, true)).toMatchObject({ id: 'out_1', filename: 'pump7.csv' });
	});

	test('an input without progress has its fields, empty', () => {
		const waiting = inputProgressSchema.parse({ input, latest_progress: null, step: null });
		expect(inputProgressItem(waiting, true)).toMatchObject({
			id: 'inp_1',
			metrics: null,
			message: null,
			progress_at: null,
			step: null,
		});
	});

	test('fields that an older service does not send are left out, not made up', () => {
		const { input_progress, ...older } = job as IDataObject;
		expect(input_progress).toBeDefined();
		expect(jobItem(jobSchema.parse(older), true)).not.toHaveProperty('input_progress');
	});

	test.each([null, undefined, { checkpoint_id: 'ckp_1' }, { ref: null }])(
		'an input without a file, such as a checkpoint: %j',
		(data) => {
			const checkpoint = inputSchema.parse({ ...input, data });
			expect(inputItem(checkpoint, true)).toMatchObject({ id: 'inp_1', status: 'failed' });
			expect(inputItem(checkpoint, false)).toEqual(checkpoint);
		},
	);
});

describe('not simplified, an item is the row of the service but for its link', () => {
	const bare = { ...data, ref: 'https://bucket.example/o/7' };

	test('job', () => {
		expect(jobItem(job, false)).toEqual({ ...job, outcome: null, ended_at: null });
		expect(jobItem(job, false)).toHaveProperty('field_of_tomorrow', { any: ['thing'] });
	});

	test('input, progress, output: the link has no signature', () => {
		expect(inputItem(input, false)).toEqual({ ...input, data: bare });
		expect(outputItem(output, false)).toEqual({ ...output, data: bare });
		expect(inputProgressItem(progress, false)).toEqual({
			...progress,
			input: { ...input, data: bare },
		});
	});

	test('a link that is a path of the API', () => {
		const at = (ref: string) => outputSchema.parse({ ...output, data: { ...data, ref } });
		expect(outputItem(at('/files/download/a.csv'), false)).toEqual(at('/files/download/a.csv'));
		expect(outputItem(at('files/a.csv?token=5ec2e7'), false)).toEqual(at('files/a.csv'));
	});

	test('the row itself keeps its link: downloads need it', () => {
		outputItem(output, false);
		inputItem(input, true);
		expect(output.data.ref).toBe(data.ref);
		expect(input.data?.ref).toBe(data.ref);
	});
});

test('rows become items in their order', () => {
	const jobs = ['job_1', 'job_2', 'job_3'].map((id) => ({ ...job, id }));
	expect(toItems(jobs, jobItem, true).map(({ json }) => json.id)).toEqual([
		'job_1',
		'job_2',
		'job_3',
	]);
	expect(toItems([], jobItem, true)).toEqual([]);
});
