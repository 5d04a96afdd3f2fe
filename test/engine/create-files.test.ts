// Job: Create with files of incoming items: uploaded first, once each, only after all checks pass.
import { createHash } from 'node:crypto';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { runNode, storedFile, useSandbox } from './harness';

const service = useSandbox();

const CSV = {
	pump: 'time,level\n1,2\n3,4\n',
	healthy: 'time,level\n5,6\n7,8\n',
	worn: 'time,level\n9,9\n9,8\n',
};

const named = (name: keyof typeof CSV) =>
	`${name}_${createHash('sha256').update(CSV[name]).digest('hex').slice(0, 12)}.csv`;

/** An item as a form or mailbox delivers it: a file, and what it is for. */
async function itemWith(name: keyof typeof CSV, json: IDataObject): Promise<INodeExecutionData> {
	return { json, binary: { data: await storedFile(Buffer.from(CSV[name]), `${name}.csv`) } };
}

const threeItems = async () => [
	await itemWith('pump', { port: 'worker.inference' }),
	await itemWith('healthy', { port: 'worker.n_shots', label: 'healthy' }),
	await itemWith('worn', { port: 'worker.n_shots', label: 'worn' }),
];

const FROM_ITEMS: INodeParameters = {
	jobFor: 'allItems',
	inputs: {
		entries: [
			{
				port: '={{ $json.port }}',
				source: 'binary',
				binaryField: 'data',
				label: "={{ $json.label ?? '' }}",
			},
		],
	},
};

const create = (items: INodeExecutionData[], parameters: INodeParameters = FROM_ITEMS) =>
	runNode(
		{
			...{ resource: 'job', operation: 'create', name: 'from items' },
			pipeline: { __rl: true, mode: 'key', value: 'machine-state-classification' },
			settings: {
				mappingMode: 'defineBelow',
				value: { 'reader_config.data_columns': '["level"]' },
			},
			...parameters,
		},
		{ credential: service.credential, items },
	);

const posts = () =>
	service.steer
		.requests()
		.filter(({ method }) => method === 'POST')
		.map(({ route }) => route);

test('one job of the files of all items', async () => {
	const { items, error } = await create(await threeItems());
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	const [{ json, pairedItem }] = items as [INodeExecutionData];
	expect(pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	const { inputs } = await service.get<{ inputs: IDataObject[] }>(
		`/batch/jobs/${json.id as string}/inputs?limit=100`,
	);
	const files = inputs.map(
		({ port_name, file_id }) => `${port_name as string} ${file_id as string}`,
	);
	expect(files.sort()).toEqual([
		`worker.inference ${named('pump')}`,
		`worker.n_shots ${named('healthy')}`,
		`worker.n_shots ${named('worn')}`,
	]);
	expect(await service.get(`/files/metadata/${named('worn')}`)).toMatchObject({
		num_bytes: CSV.worn.length,
	});
});

test('run again, each file is there once, and Duplicate Guard gives the same job back', async () => {
	const guarded = { ...FROM_ITEMS, options: { duplicateGuard: 24 } };
	const first = await create(await threeItems(), guarded);
	service.steer.reset({ only: ['stats'] });
	const second = await create(await threeItems(), guarded);
	expect(second.items[0]!.json).toMatchObject({ id: first.items[0]!.json.id, created: false });
	expect(posts()).toEqual([]);
	const third = await create(await threeItems());
	expect(third.items[0]!.json.id).not.toBe(first.items[0]!.json.id);
	expect(posts()).toEqual(['POST /batch/jobs']);
});

test('several binary fields of one item, and a file that was uploaded before, as JSON', async () => {
	await create(await threeItems());
	const pump = await itemWith('pump', {});
	const healthy = await storedFile(Buffer.from(CSV.healthy), 'healthy.csv');
	const inputsJson = JSON.stringify([
		{ port: 'worker.inference', binary: 'data' },
		{ port: 'worker.n_shots', binary: 'example', label: 'healthy' },
		{ port: 'worker.n_shots', file: named('worn'), label: 'worn' },
	]);
	const item = { ...pump, binary: { ...pump.binary, example: healthy } };
	const { items, error } = await create([item], { specifyInputs: 'json', inputsJson });
	expect(error).toBeUndefined();
	expect(items[0]!.json).toMatchObject({ created: true });
});

test('what is wrong is named before a file is uploaded', async () => {
	const items = await threeItems();
	items[2]!.json.label = '';
	const { error } = await create(items);
	expect(error?.message).toContain('has no label, which the port worker.n_shots needs');
	expect(posts()).toEqual([]);
});

test('a binary field that an item does not have is named with the item', async () => {
	const items = await threeItems();
	delete items[1]!.binary;
	const { error } = await create(items);
	expect(error?.message).toBe('This item has no file in "data"');
	expect(error).toMatchObject({ context: { itemIndex: 1 } });
	expect(posts()).toEqual([]);
});

test('Each Item: what is wrong with a later item stops the first, too, and nothing is started', async () => {
	const items = await threeItems();
	const inputsJson =
		'={{ [{ port: "worker.inference", binary: "data" }, { port: "worker.n_shots", binary: "data2", label: $json.label }] }}';
	for (const item of items) item.binary!.data2 = await storedFile(Buffer.from(CSV.worn), 'w.csv');
	for (const item of items.slice(0, 2)) item.json.label = 'worn';
	items[2]!.json.label = '';
	const { error } = await create(items, { specifyInputs: 'json', inputsJson });
	expect(error?.message).toContain('has no label');
	expect(error).toMatchObject({ context: { itemIndex: 2 } });
	expect(posts()).toEqual([]);
});

test('Each Item: when the service refuses a later one, the error names the jobs that were started', async () => {
	await create(await threeItems());
	const items = await threeItems();
	const inputsJson = JSON.stringify([
		{ port: 'worker.inference', binary: 'data' },
		{ port: 'worker.n_shots', file: named('worn'), label: 'worn' },
	]);
	service.steer.faults({
		kind: 'status',
		method: 'POST',
		path: '/batch/jobs',
		status: 400,
		skip: 1,
	});
	const { error } = await create(items.slice(0, 2), { specifyInputs: 'json', inputsJson });
	const { jobs } = await service.get<{ jobs: IDataObject[] }>('/batch/jobs?limit=100');
	expect(jobs).toHaveLength(2);
	const said = (error as { description?: string }).description;
	expect(said).toMatch(/Jobs of earlier items were started, and would be started again: job_\w+\./);
	expect(jobs.some(({ id }) => said?.includes(id as string))).toBe(true);
});

test('Duplicate Guard does not give back a job that failed or was cancelled', async () => {
	const guarded = { ...FROM_ITEMS, options: { duplicateGuard: 24 } };
	for (const status of ['FAILED', 'CANCELLED'] as const) {
		const first = await create(await threeItems(), guarded);
		service.steer.setJobStatus(first.items[0]!.json.id as string, { status });
		const second = await create(await threeItems(), guarded);
		expect(second.items[0]!.json).toMatchObject({ created: true });
		service.steer.setJobStatus(second.items[0]!.json.id as string, { status });
	}
});

test('a file that cannot be uploaded makes no job', async () => {
	service.steer.faults({ kind: 'status', path: '/files', status: 400 });
	const { error } = await create(await threeItems());
	expect(error?.message).toContain('File "');
	expect(posts()).not.toContain('POST /batch/jobs');
});

test('a key that the service writes into its data is in no item', async () => {
	const [id = ''] = service.steer.seed({ name: `with ${service.apiKey}` }).ids;
	const parameters = {
		resource: 'job',
		operation: 'get',
		jobId: { __rl: true, mode: 'id', value: id },
	};
	const { items } = await runNode(
		{ ...parameters, simplify: false },
		{ credential: service.credential },
	);
	expect(JSON.stringify(items)).not.toContain(service.apiKey);
	expect(items[0]!.json).toMatchObject({ id, name: 'with ***-1' });
});
