// The nightly clean-up, every few seconds here: what it deletes, what it leaves, and what it does
// when it cannot know.
import type { Execution, SavedWorkflow } from '../../tools/n8n/client';
import { until } from '../../tools/n8n/until';
import { readExample, withFields } from '../../examples/workflows';
import { describeEachHost } from './hosts';
import { useServer } from './server';

const NIGHT = '*/4 * * * * *';
const NIGHTS_TIMEOUT_MS = 60_000;
const HOUR_MS = 3_600_000;

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed);
	let workflow: SavedWorkflow;

	beforeEach(async () => {
		server.sandbox.steer.reset();
		server.sandbox.steer.options({ jobMs: HOUR_MS });
		for (const name of ['pump-old.csv', 'pump-needed.csv', 'fan.csv']) await upload(name);
	});
	afterEach(() => server.client.unpublish(workflow));

	async function send(path: string, body: FormData | string): Promise<void> {
		const { apiKey, url } = server.sandbox;
		const headers = {
			authorization: `Bearer ${apiKey}`,
			...(typeof body === 'string' && { 'content-type': 'application/json' }),
		};
		const reply = await fetch(`${url}${path}`, { method: 'POST', headers, body });
		expect(reply.ok).toBe(true);
	}

	async function upload(name: string): Promise<void> {
		const body = new FormData();
		body.set('file', new Blob(['time,level\n1,2\n'], { type: 'text/csv' }), name);
		await send('/files', body);
	}

	/** A job that runs for an hour and needs the file. */
	async function startJob(file_id: string): Promise<void> {
		const inputs = {
			'worker.inference': [{ file_id }],
			'worker.n_shots': [{ file_id: 'fan.csv', metadata: { class: 'on' } }],
		};
		const pipeline = { pipeline_type: 'batch', pipeline_key: 'machine-state-classification' };
		const config = { reader_config: { data_columns: ['level'], timestamp_column: 'time' } };
		const parameters = { worker: { parallelism: 1, config } };
		await send('/batch/jobs', JSON.stringify({ name: 'runs', ...pipeline, inputs, parameters }));
	}

	const files = async (): Promise<string[]> => {
		const list = await server.get<Array<{ file_id: string }>>('/files/metadata');
		return list.map(({ file_id }) => file_id).sort();
	};

	/** Publishes the template for pump files first seen on an earlier night. */
	async function publish(really_delete: boolean): Promise<void> {
		const { client, credential } = server;
		const settings = { file_names: 'pump-*', older_than_days: 0, really_delete };
		const template = withFields(await readExample('delete-old-files'), 'Your Settings', settings);
		const schedule = template.nodes.find(({ name }) => name === 'Every Night')!;
		schedule.parameters.rule = { interval: [{ field: 'cronExpression', expression: NIGHT }] };
		workflow = await client.createWorkflow(template, credential);
		await client.publish(workflow);
	}

	/** The executions after this many nights, oldest first. */
	async function nights(count: number): Promise<Execution[]> {
		return await until(NIGHTS_TIMEOUT_MS, `There were not ${count} nights`, async () => {
			const all = await server.client.executions(workflow);
			const ended = all.filter(({ status }) => !['new', 'running'].includes(status)).reverse();
			return ended.length >= count && ended;
		});
	}

	const oldOf = async (execution: Execution) =>
		(await server.client.itemsOf(execution, 'Old Files')).map(({ json }) => json.file_id);

	test('as it is delivered, it lists what is old and deletes nothing', async () => {
		await startJob('pump-needed.csv');
		await publish(false);
		const [first, second] = await nights(2);
		expect(await server.client.errorOf(second!)).toBeUndefined();
		expect(await oldOf(first!)).toEqual([]);
		expect(await oldOf(second!)).toEqual(['pump-old.csv']);
		expect(await files()).toEqual(['fan.csv', 'pump-needed.csv', 'pump-old.csv']);
	}, 120_000);

	test('switched on, it deletes what is old, and neither what a job needs nor what has another name', async () => {
		await startJob('pump-needed.csv');
		await publish(true);
		const [first, second] = await nights(2);
		expect(await oldOf(first!)).toEqual([]);
		expect(await oldOf(second!)).toEqual(['pump-old.csv']);
		expect(await server.client.itemsOf(second!, 'Delete Files')).toMatchObject([
			{ json: { file_id: 'pump-old.csv', deleted: true } },
		]);
		expect(await files()).toEqual(['fan.csv', 'pump-needed.csv']);

		// What it remembers survives a break, but a replaced file counts as a different one.
		await server.client.unpublish(workflow);
		await upload('pump-needed.csv');
		server.sandbox.steer.reset({ only: ['jobs'] });
		const { length } = await nights(2);
		await server.client.publish(workflow);
		const later = (await nights(length + 2)).slice(length);
		expect(await oldOf(later[0]!)).toEqual([]);
		expect(await oldOf(later[1]!)).toEqual(['pump-needed.csv']);
		expect(await files()).toEqual(['fan.csv']);
	}, 180_000);

	test('when it cannot know what is needed, it deletes nothing', async () => {
		await startJob('pump-needed.csv');
		server.sandbox.steer.faults({ kind: 'status', status: 403, path: '**/inputs', times: null });
		await publish(true);
		const executions = await nights(3);
		for (const execution of executions) {
			expect(await server.client.errorOf(execution)).toContain('Nothing was deleted');
		}
		expect(await files()).toHaveLength(3);
	}, 120_000);
});
