import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { WorkflowTemplate } from '../../tools/n8n/client';
import { PUMP, PUMP_COLUMNS, PUMP_WINDOWS } from './pump';
import type { TestServer } from './server';
import { ACTION, node } from './workflows';

/** The jobs to operate on: one each that has ended, failed, is running, and may be deleted. */
export interface Jobs {
	ended: string;
	failed: string;
	running: string;
	superfluous: string;
}

/** A file that may also be deleted. */
export const SUPERFLUOUS = { name: 'superfluous.csv', content: 'timestamp,level' };

/** A single run of an operation. */
interface OperationRun {
	parameters: (jobs: Jobs) => INodeParameters;
	/** The run whose items it takes as input; an empty item if not set. */
	after?: string;
	/** Checks that its items match what a plain client gets. */
	check: (items: IDataObject[], jobs: Jobs, server: TestServer) => Promise<void> | void;
}

const PIPELINE = { __rl: true, mode: 'key', value: 'machine-state-classification' };
const all = { returnAll: true, simplify: false, filters: {} };
const chosen = (value: string) => ({ __rl: true, mode: 'id', value });
const of = (id: string): INodeParameters => ({ jobId: chosen(id) });

/** A list with the rows of an endpoint below a job, compared by their IDs. */
const listOf = (path: string, key: string): OperationRun => ({
	parameters: ({ ended }) => ({ ...of(ended), ...all }),
	async check(items, { ended }, { get }) {
		const reply = await get<Record<string, IDataObject[]>>(`/batch/jobs/${ended}${path}?limit=100`);
		expect(idsOf(items)).toEqual(idsOf(reply[key]!));
		expect(items.length).toBeGreaterThan(1);
	},
});

const idsOf = (rows: IDataObject[]): unknown[] =>
	rows.map(({ id, input }) => id ?? (input as IDataObject).id).sort();

const statusOf = async ({ get }: TestServer, id: string): Promise<IDataObject> =>
	await get<IDataObject>(`/batch/jobs/${id}`);

/** A run of each operation, in execution order. */
export const RUNS: Record<string, OperationRun> = {
	'job.create': {
		parameters: () => ({
			...{ pipeline: PIPELINE, name: 'from every host', options: {} },
			inputs: {
				entries: [
					{ port: 'worker.inference', file: chosen(PUMP.nightly.name) },
					...(['healthy', 'worn'] as const).map((label) => ({
						port: 'worker.n_shots',
						file: chosen(PUMP[label].name),
						label,
					})),
				],
			},
			settings: {
				mappingMode: 'defineBelow',
				value: { 'reader_config.data_columns': PUMP_COLUMNS },
			},
		}),
		check: ([job]) => expect(job).toMatchObject({ created: true, name: 'from every host' }),
	},
	'job.wait': {
		parameters: () => of("={{ $('job.create').first().json.id }}"),
		check: ([job]) => expect(job).toMatchObject({ status: 'COMPLETED', outcome: 'succeeded' }),
	},
	'output.readRows': {
		parameters: () => ({ ...of("={{ $('job.create').first().json.id }}"), returnAll: true }),
		check(rows) {
			expect(rows).toHaveLength(PUMP_WINDOWS);
			expect(new Set(rows.map(({ Prediction }) => Prediction))).toEqual(new Set(['worn']));
		},
	},
	'job.get': {
		parameters: ({ ended }) => ({ ...of(ended), simplify: false }),
		check: async ([job], { ended }, server) =>
			expect(job).toEqual({
				...(await statusOf(server, ended)),
				outcome: 'succeeded',
				ended_at: expect.stringContaining('T') as string,
			}),
	},
	'job.getReport': {
		parameters: ({ ended }) => ({ ...of(ended), forms: ['text', 'html', 'slack', 'chart'] }),
		check([report], { ended }) {
			expect(report).toMatchObject({ id: ended, outcome: 'succeeded' });
			expect(report).toMatchObject({ text: expect.stringContaining('succeeded') as string });
			expect(report).toMatchObject({ html: expect.stringContaining('succeeded') as string });
			expect(Object.keys(report!)).toContain('slack');
		},
	},
	'job.cancel': {
		parameters: ({ running }) => of(running),
		check: async (_, { running }, server) =>
			expect(await statusOf(server, running)).toMatchObject({ status: 'CANCELLED' }),
	},
	'job.retry': {
		parameters: ({ failed }) => of(failed),
		check: async ([job], { failed }, server) => {
			expect(job).toMatchObject({ id: failed, status: 'PENDING', retry_count: 1 });
			expect(await statusOf(server, failed)).toMatchObject({ retry_count: 1 });
		},
	},
	'job.delete': {
		parameters: ({ superfluous }) => of(superfluous),
		check: async ([job], { superfluous }, server) => {
			expect(job).toEqual({ id: superfluous, deleted: true });
			await expect(statusOf(server, superfluous)).rejects.toThrow('404');
		},
	},
	'job.getMany': {
		parameters: () => all,
		async check(items, _, { get }) {
			const { jobs } = await get<{ jobs: IDataObject[] }>('/batch/jobs?limit=100');
			expect(idsOf(items)).toEqual(idsOf(jobs));
			expect(items).toHaveLength(4);
		},
	},
	'output.download': {
		parameters: ({ ended }) => ({ ...of(ended), ...all, options: {} }),
		check: (items) => expect(items).toHaveLength(4),
	},
	'file.upload': {
		after: 'output.download',
		parameters: () => ({ binaryFields: 'data', ifExists: 'fail', options: {} }),
		async check(items, _, { get }) {
			expect(items).toHaveLength(4);
			for (const { file_id, num_bytes } of items) {
				expect(await get<object>(`/files/metadata/${file_id as string}`)).toMatchObject({
					num_bytes,
				});
			}
		},
	},
	'file.download': {
		parameters: () => ({ file: chosen(PUMP.worn.name), options: {} }),
		check: ([file]) => expect(file).toMatchObject({ file_id: PUMP.worn.name }),
	},
	'file.delete': {
		parameters: () => ({ file: chosen(SUPERFLUOUS.name) }),
		check: async ([file], _, { get }) => {
			expect(file).toMatchObject({ file_id: SUPERFLUOUS.name, deleted: true });
			await expect(get(`/files/metadata/${SUPERFLUOUS.name}`)).rejects.toThrow('404');
		},
	},
	'file.get': {
		parameters: () => ({ file: chosen(PUMP.worn.name), simplify: false }),
		check: async ([file], _, { get }) =>
			expect(file).toMatchObject(await get<object>(`/files/metadata/${PUMP.worn.name}`)),
	},
	'file.getMany': {
		parameters: () => all,
		check(files) {
			const names = files.map(({ file_id }) => file_id);
			for (const { name } of Object.values(PUMP)) expect(names).toContain(name);
			expect(names).not.toContain(SUPERFLUOUS.name);
		},
	},
	'file.getStorageInfo': {
		parameters: () => ({}),
		check: async ([info], _, { get }) =>
			expect(info).toMatchObject(await get<object>('/files/info')),
	},
	'event.getMany': listOf('/events', 'events'),
	'input.getCounts': {
		parameters: ({ ended }) => of(ended),
		check: async ([counts], { ended }, { get }) =>
			expect(counts).toEqual({
				...(await get<object>(`/batch/jobs/${ended}/inputs/progress/counts`)),
				total: 3,
			}),
	},
	'input.getMany': listOf('/inputs', 'inputs'),
	'input.getManyProgress': listOf('/inputs/progress', 'items'),
	'input.getTraces': {
		parameters: ({ ended }) => ({ ...of(ended), buckets: 10 }),
		check(points, { ended }) {
			expect(points).toHaveLength(10);
			expect(points.at(-1)).toMatchObject({ job_id: ended, completed: 3, failed: 0 });
		},
	},
	'output.getMany': listOf('/outputs', 'outputs'),
	'pipeline.get': {
		parameters: () => ({ pipeline: PIPELINE }),
		check: ([pipeline]) =>
			expect(pipeline).toMatchObject({ pipeline_key: PIPELINE.value, status: 'published' }),
	},
	'pipeline.getMany': {
		parameters: () => all,
		async check(items, _, { get }) {
			type Reply = { pipelines: IDataObject[] };
			const { pipelines } = await get<Reply>('/batch/registry/pipelines?limit=100');
			expect(idsOf(items)).toEqual(idsOf(pipelines));
		},
	},
	'pipeline.getSchema': {
		parameters: () => ({ pipeline: PIPELINE }),
		check: (settings) =>
			expect(settings).toContainEqual(
				expect.objectContaining({ name: 'reader_config.data_columns', required: true }),
			),
	},
	'progressEntry.getMany': listOf('/progress', 'entries'),
	'queue.getDepths': {
		parameters: () => ({}),
		check: async (queues, _, { get }) =>
			expect({ queues }).toEqual(await get<object>('/batch/jobs/queue')),
	},
};

const START = 'Start';

/** A workflow that runs them one after another, each in its own branch. */
export function everyOperation(jobs: Jobs): WorkflowTemplate {
	const nodes = Object.entries(RUNS).map(([name, { parameters }], index) => {
		const [resource = '', operation = ''] = name.split('.');
		const made = node(name, ACTION, { resource, operation, ...parameters(jobs) });
		// n8n runs branches from top to bottom.
		return { ...made, position: [200, index * 100] as [number, number] };
	});
	const branchesFrom = (source: string) => ({
		main: [
			nodes
				.filter(({ name }) => (RUNS[name]!.after ?? START) === source)
				.map(({ name }) => ({ node: name, type: 'main' as const, index: 0 })),
		],
	});
	const sources = [START, ...new Set(Object.values(RUNS).flatMap(({ after }) => after ?? []))];
	return {
		name: 'Every operation',
		nodes: [node(START, 'n8n-nodes-base.manualTrigger'), ...nodes],
		connections: Object.fromEntries(sources.map((source) => [source, branchesFrom(source)])),
		settings: { executionOrder: 'v1' },
	};
}
