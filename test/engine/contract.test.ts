// What is promised of every operation, checked for each one in the node's table.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { IBinaryData, IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../nodes/ArchetypeAi/actions/operation';
import { resources } from '../../nodes/ArchetypeAi/actions/resources';
import { runNode, useSandbox } from './harness';

const service = useSandbox();
const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The status of the job that an operation runs on, unless it is a completed one. */
const RUN_ON: Record<string, 'RUNNING' | 'FAILED'> = {
	'job.cancel': 'RUNNING',
	'job.retry': 'FAILED',
};
/** Parameters that an operation requires besides a job. */
const PIPELINE = { pipeline: { __rl: true, mode: 'key', value: 'machine-state-classification' } };
const RUN_WITH: Record<string, INodeParameters> = {
	'job.create': {
		...PIPELINE,
		name: 'contract',
		specifyInputs: 'json',
		inputsJson: JSON.stringify([
			{ port: 'worker.inference', file: 'a.csv' },
			{ port: 'worker.n_shots', file: 'a.csv', label: 'on' },
		]),
		settings: { mappingMode: 'defineBelow', value: { 'reader_config.data_columns': '["level"]' } },
	},
	// Each item deletes it, and the second finds it gone.
	'file.delete': { file: 'a.csv', options: { succeedIfDone: true } },
	'file.download': { file: 'a.csv' },
	'file.get': { file: 'a.csv' },
	'pipeline.get': PIPELINE,
	'pipeline.getSchema': PIPELINE,
};
/** Files for the created jobs, and for lists. */
async function uploadFiles(): Promise<void> {
	for (const name of ['a.csv', 'b.csv', 'c.csv', 'd.csv']) {
		const body = new FormData();
		body.set('file', new Blob(['time,level\n1,2\n'], { type: 'text/csv' }), name);
		const headers = { authorization: `Bearer ${service.apiKey}` };
		await fetch(`${service.url}/files`, { method: 'POST', headers, body });
	}
	service.steer.reset({ only: ['stats'] });
}
beforeEach(uploadFiles);

/** A file on an item, as n8n keeps it in memory. */
const smallFile = (fileName: string, bytes = 20): IBinaryData => ({
	data: Buffer.from('time,level\n1,2\n'.padEnd(bytes, '\n')).toString('base64'),
	...{ fileName, mimeType: 'text/csv' },
});

interface Entry {
	resource: string;
	operation: Operation;
	name: string;
}

const all: Array<[title: string, entry: Entry]> = resources.flatMap((resource) =>
	resource.operations.map((operation): [string, Entry] => [
		`${resource.name}: ${operation.option.name}`,
		{ resource: resource.value, operation, name: `${resource.value}.${operation.option.value}` },
	]),
);

const has = ({ operation }: Entry, field: string): boolean =>
	operation.fields.some(({ name }) => name === field);
const those = (field: string) => all.filter(([, entry]) => has(entry, field));

/** Jobs of the kind that the operation works on, each with over a page of rows in every list. */
const seed = ({ name }: Entry, count = 1): string[] =>
	service.steer.seed({ count, status: RUN_ON[name] ?? 'COMPLETED', inputs: 6, outputs: 6 }).ids;

/** Runs an operation for each of these jobs, one item per job. */
async function run(
	{ resource, operation, name }: Entry,
	jobIds: string[],
	parameters: INodeParameters = {},
	options: Partial<Parameters<typeof runNode>[1]> = {},
) {
	const jobId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
	return await runNode(
		{
			resource,
			operation: operation.option.value,
			jobId,
			...RUN_WITH[name],
			...parameters,
		},
		{
			credential: service.credential,
			items: jobIds.map((id, at) => ({
				json: { id },
				binary: { data: smallFile(`new-${at}.csv`) },
			})),
			...options,
		},
	);
}

/** An item's fields except these. */
const without = (json: IDataObject, ...names: string[]): IDataObject =>
	Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));

/** The items' data; links, and so their expiry times, are new in every list. */
const jsonOf = ({ items }: { items: Array<{ json: IDataObject }> }) =>
	items.map(({ json }) => without(json, 'expires_at'));

describe.each(all)('%s', (title, entry) => {
	const { option, fields } = entry.operation;

	test('has an entry in the pages of the documentation', () => {
		const page = read('docs/operations.md');
		expect(page).toContain(`\n### ${title}\n`);
		expect(page).toContain(`\n${option.description?.replace(/\.$/, '')}.\n`);
		const anchor = title.toLowerCase().replace(':', '').replaceAll(' ', '-');
		expect(read('README.md')).toContain(`docs/operations.md#${anchor})`);
	});

	test('its labels are as n8n wants them', () => {
		expect(option.name).toMatch(/^[A-Z][a-z]+( [A-Z][a-z]+| of| for)*$/);
		expect(option.action).toMatch(/^[A-Z][a-z ]+$/);
		expect(option.description).toMatch(/^[A-Z](?:[^.]{10,}|.{10,}\. .{10,}\.)$/);
		const described = fields.flatMap((field) => [field, ...entriesOf(field)]);
		for (const { displayName, description } of described) {
			expect(displayName).toMatch(/^[A-Z]/);
			if (description !== undefined) expect(description).toMatch(/^[A-Z].+$/s);
		}
		for (const collection of fields) {
			const names = entriesOf(collection).map(({ displayName }) => displayName);
			if (collection.name === 'filters') expect(names).toEqual([...names].sort());
		}
	});

	test('a key that is refused is named as the cause', async () => {
		const credential = { ...service.credential, apiKey: 'sk_of_somebody_else' };
		const { error, items } = await run(entry, seed(entry), {}, { credential });
		expect(error?.message).toContain('The API key was not accepted');
		expect(items).toEqual([]);
	});

	test('cancelling the execution ends it at once', async () => {
		const ids = seed(entry);
		service.steer.faults({ kind: 'latency', ms: 5_000, times: null });
		const controller = new AbortController();
		const running = run(entry, ids, {}, { signal: controller.signal });
		while (service.steer.stats().api.concurrent.open === 0) await pause(5);
		const start = Date.now();
		controller.abort();
		expect((await running).status).toBe('canceled');
		expect(Date.now() - start).toBeLessThan(3_000);
	});

	test('several items: each gives its own, linked to it', async () => {
		const { items, error } = await run(entry, seed(entry, 2));
		expect(error).toBeUndefined();
		const links = items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
		expect(new Set(links)).toEqual(new Set([0, 1]));
		expect(links).toEqual([...links].sort());
	});
});

describe.each(those('jobId'))('%s, of a job', (_, entry) => {
	test('that does not exist: the error names job and item', async () => {
		const [id = ''] = seed(entry);
		const { error, items } = await run(entry, [id, 'job_missing']);
		expect(error?.message).toMatch(/^Job job_missing .*not found$/);
		expect(error).toMatchObject({ context: { itemIndex: 1 }, httpCode: '404' });
		expect(items).toEqual([]);
	});

	test.each(['', '  ', '../jobs'])('%j is refused before anything is sent', async (id) => {
		const { error } = await run(entry, [id]);
		expect(error?.message).toMatch(/^No job was chosen$|is not a job ID$/);
		expect(error).toMatchObject({ context: { itemIndex: 0 } });
		expect(service.steer.requests()).toEqual([]);
	});

	test('with On Error: Continue, an item that fails says why, and the others go on', async () => {
		const [first = '', last = ''] = seed(entry, 2);
		const settings = { onError: 'continueRegularOutput' } as const;
		const { items, error } = await run(entry, [first, 'job_missing', '', last], {}, { settings });
		expect(error).toBeUndefined();
		const of = (item: number) =>
			items.filter(({ pairedItem }) => (pairedItem as { item: number }).item === item);
		expect(of(0).every(({ json }) => json.error === undefined || json.error === null)).toBe(true);
		expect(of(1)).toMatchObject([
			{
				json: {
					job_id: 'job_missing',
					error: expect.stringMatching(/not found$/) as string,
					advice: expect.stringContaining('Check the ID') as string,
				},
			},
		]);
		expect(of(2)).toMatchObject([{ json: { error: 'No job was chosen' } }]);
		expect(of(3)).toHaveLength(of(0).length);
	});
});

describe.each(those('returnAll'))('%s, a list', (_, entry) => {
	test('Return All gives each row once, though pages are clamped', async () => {
		const ids = seed(entry);
		if (!has(entry, 'jobId')) seed(entry, 4);
		const whole = jsonOf(await run(entry, ids, { returnAll: true }));
		expect(whole.length).toBeGreaterThan(2);

		service.steer.options({ maxLimit: 2, maxFiles: 2 });
		const clamped = await run(entry, ids, { returnAll: true });
		expect(clamped.error).toBeUndefined();
		expect(jsonOf(clamped)).toEqual(whole);
		const known = whole.filter(({ id }) => id !== undefined);
		expect(new Set(known.map(({ id }) => id)).size).toBe(known.length);
	});

	test('Limit gives the first of them, and says that there are more', async () => {
		const ids = seed(entry);
		if (!has(entry, 'jobId')) seed(entry, 4);
		const whole = jsonOf(await run(entry, ids, { returnAll: true }));
		// By an expression; otherwise n8n's editor would give the hint instead of the node.
		const some = await run(entry, ids, { returnAll: false, limit: '={{ 2 }}' });
		expect(jsonOf(some)).toEqual(whole.slice(0, 2));
		expect(some.hints).toEqual([
			expect.stringMatching(/^Limit of 2 [\w ]+ reached; there are more/),
		]);
	});
});

test.each(those('simplify'))(
	'%s: Simplify gives ten fields of the service at most',
	async (_, entry) => {
		const simple = (await run(entry, seed(entry))).items[0]!.json;
		const whole = (await run(entry, seed(entry), { simplify: false })).items[0]!.json;
		// Computed here from several fields of the service.
		const fields = without(simple, 'outcome', 'ended_at', 'created');
		expect(Object.keys(fields).length).toBeLessThanOrEqual(10);
		expect(simple).not.toEqual(whole);
	},
);

describe('the table', () => {
	test('resources and their operations are sorted, and each is there once', () => {
		const names = resources.map(({ name }) => name);
		expect(names).toEqual([...new Set(names)].sort());
		for (const { operations } of resources) {
			const own = operations.map(({ option }) => option.name);
			expect(own).toEqual([...new Set(own)].sort());
		}
		const actions = all.map(([, { operation }]) => operation.option.action);
		expect(new Set(actions).size).toBe(actions.length);
	});

	test('what these tests say of single operations is about operations that exist', () => {
		const names = all.map(([, { name }]) => name);
		for (const name of [...Object.keys(RUN_ON), ...Object.keys(RUN_WITH)]) {
			expect(names).toContain(name);
		}
	});
});

function entriesOf({ type, options = [] }: INodeProperties): INodeProperties[] {
	return type === 'collection' ? (options as INodeProperties[]) : [];
}

/**
 * The endpoints in the vendor's docs, except three: checkpoints are undocumented, and
 * `POST /files/base64` and `POST /files/s3` do what `POST /files` does.
 */
const ENDPOINTS = [
	'POST /batch/jobs',
	'GET /batch/jobs',
	'GET /batch/jobs/queue',
	'GET /batch/jobs/{id}',
	'POST /batch/jobs/{id}/retry',
	'POST /batch/jobs/{id}/cancel',
	'DELETE /batch/jobs/{id}',
	'GET /batch/jobs/{id}/events',
	'GET /batch/jobs/{id}/progress',
	'GET /batch/jobs/{id}/inputs',
	'GET /batch/jobs/{id}/inputs/progress',
	'GET /batch/jobs/{id}/inputs/progress/counts',
	'GET /batch/jobs/{id}/inputs/progress/traces',
	'GET /batch/jobs/{id}/outputs',
	'GET /batch/registry/pipelines',
	'GET /batch/registry/pipelines/{id}',
	'GET /batch/registry/pipelines/{id}/schema',
	'GET /files/info',
	'GET /files/metadata',
	'GET /files/metadata/{id}',
	'GET /files/download/{id}',
	'DELETE /files/delete/{id}',
	'POST /files',
	'POST /files/uploads/initiate',
	'POST /files/uploads/{id}/parts/urls',
	'POST /files/uploads/{id}/parts/checkpoint',
	'POST /files/uploads/{id}/complete',
	'POST /files/uploads/{id}/abort',
];

/** A multipart upload: one part is rejected once, and in the end the file name is taken. */
async function uploadInVain(entry: Entry): Promise<void> {
	service.steer.options({ partSize: 4 * 1024 * 1024 });
	service.steer.faults({ kind: 'status', status: 403, origin: 'storage', method: 'PUT' });
	service.steer.faults({ kind: 'status', status: 409, path: '/files/uploads/*/complete' });
	const items = [{ json: {}, binary: { data: smallFile('large.csv', 5 * 1024 * 1024) } }];
	const { error } = await run(entry, [], {}, { items });
	expect(error?.message).toBe('File "large.csv" exists already');
}

test('the operations use each endpoint of the service, and no other', async () => {
	const used = new Set<string>();
	// Outputs are then behind API paths instead of in the storage.
	service.steer.options({ refStyle: 'relative' });
	for (const [, entry] of all) {
		await uploadFiles();
		const { error } = await run(entry, seed(entry));
		expect(error).toBeUndefined();
		if (entry.name === 'file.upload') await uploadInVain(entry);
		for (const { method, url } of service.steer.requests()) {
			// Parts of an upload go to the storage.
			if (!url.startsWith('/v0.5/')) continue;
			const path = url
				.replace(/^\/v0\.5|\?.*$/g, '')
				.replace(/(?:job|ppl|upl)_[^/]+|[^/]+\.csv/, '{id}');
			used.add(`${method} ${path}`);
		}
	}
	expect([...used].sort()).toEqual([...ENDPOINTS].sort());
});
