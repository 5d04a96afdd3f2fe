// Job: Create with files of the incoming items: uploaded first, once each, and never before all is checked.
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

/** An item as a form or a mailbox gives it: a file, and what it is for. */
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

test('a file that cannot be uploaded makes no job', async () => {
	service.steer.faults({ kind: 'status', path: '/files', status: 400 });
	const { error } = await create(await threeItems());
	expect(error?.message).toContain('File "');
	expect(posts()).not.toContain('POST /batch/jobs');
});
