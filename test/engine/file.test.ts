// File: Get, Get Many, Get Storage Info and Delete: what the node returns, what it asks of the
// service, and where the service's docs contradict each other.
import type { INodeParameters } from 'n8n-workflow';
import { runNode, searchList, useSandbox } from './harness';

const service = useSandbox();
const CSV = 'time,level\n1,2\n3,4\n';

async function upload(name: string, type = 'text/csv', content = CSV): Promise<void> {
	const body = new FormData();
	body.set('file', new Blob([content], { type }), name);
	const headers = { authorization: `Bearer ${service.apiKey}` };
	const reply = await fetch(`${service.url}/files`, { method: 'POST', headers, body });
	expect(reply.status).toBe(200);
}

const run = (operation: string, parameters: INodeParameters = {}, items = [{ json: {} }]) =>
	runNode(
		{ resource: 'file', operation, ...parameters },
		{ credential: service.credential, items },
	);

const jsonOf = async (...given: Parameters<typeof run>) => {
	const { items, error } = await run(...given);
	if (error) throw error;
	return items.map(({ json }) => json);
};

const chosen = (value: string) => ({ file: { __rl: true, mode: 'id', value } });
const asked = (method: string) =>
	service.steer.requests().filter((request) => request.method === method);
const isThere = async (name: string) => {
	const files = await service.get<Array<{ file_id: string }>>('/files/metadata');
	return files.some(({ file_id }) => file_id === name);
};

/** Names that alter a path unless they are encoded. */
const ODD_NAMES = ['a b#c?d.csv', '50%.csv', '%2e%2e.csv', 'ümlaut & co.csv', 'info', "it's+1.csv"];

describe('File: Get', () => {
	test('gives what the service knows of a file', async () => {
		await upload('pump7.csv');
		const whole = await service.get('/files/metadata/pump7.csv');
		const [simple] = await jsonOf('get', chosen('pump7.csv'));
		expect(simple).toMatchObject({
			...{ file_id: 'pump7.csv', file_type: 'text/csv', num_bytes: CSV.length, is_valid: true },
			file_attributes: { num_rows: 2, num_columns: 2, column_headers: ['time', 'level'] },
		});
		expect(await jsonOf('get', { ...chosen('pump7.csv'), simplify: false })).toEqual([whole]);
	});

	test.each(ODD_NAMES)('finds a file called %j', async (name) => {
		await upload(name);
		expect(await jsonOf('get', chosen(name))).toMatchObject([{ file_id: name }]);
	});

	test.each([
		['a dot', '.'],
		['two dots', '..'],
		['an empty text', '={{ "" }}'],
		['blanks', '  '],
		['half a character', '\ud800'],
		['4,097 characters', 'x'.repeat(4_097)],
	])('%s is refused before anything is sent', async (_, file) => {
		const { error } = await run('get', { file });
		expect(error?.message).toMatch(/^No file was chosen$|is not the name of a file$/);
		expect(error).toMatchObject({ context: { itemIndex: 0 } });
		expect(service.steer.requests()).toEqual([]);
	});

	test('one that does not exist: the error names file and item, and On Error: Continue goes on', async () => {
		await upload('a.csv');
		const items = ['a.csv', 'gone.csv'].map((file) => ({ json: { file } }));
		const file = { __rl: true, mode: 'id', value: '={{ $json.file }}' };
		const { error } = await run('get', { file }, items);
		expect(error?.message).toBe('File "gone.csv" was not found');
		expect(error).toMatchObject({ context: { itemIndex: 1 }, httpCode: '404' });

		const continued = await runNode(
			{ resource: 'file', operation: 'get', file },
			{ credential: service.credential, items, settings: { onError: 'continueRegularOutput' } },
		);
		expect(continued.items.map(({ json }) => json)).toMatchObject([
			{ file_id: 'a.csv' },
			{ file_id: 'gone.csv', error: 'File "gone.csv" was not found' },
		]);
	});

	test('a success that says "is_valid": false and nothing else is an error', async () => {
		service.steer.faults({ kind: 'body', body: { is_valid: false, file_id: 'x.csv' } });
		const { error } = await run('get', chosen('x.csv'));
		expect(error?.message).toBe('File "x.csv" is not valid, as the service says');
	});

	test('a file that the service calls not valid, but knows, is an item that says so', async () => {
		const body = { file_id: 'x.csv', is_valid: false, num_bytes: '12', file_status: 'Corrupt' };
		service.steer.faults({ kind: 'body', body });
		expect(await jsonOf('get', chosen('x.csv'))).toEqual([{ ...body, num_bytes: 12 }]);
	});

	test('a locator, a plain text and an object without a mode are one', async () => {
		await upload('a.csv');
		for (const file of ['a.csv', ' a.csv\n', { value: 'a.csv' }]) {
			expect(await jsonOf('get', { file })).toMatchObject([{ file_id: 'a.csv' }]);
		}
	});
});

describe('File: Get Many', () => {
	const names = (count: number) => Array.from({ length: count }, (_, at) => `f${at}.csv`);
	const uploadAll = async (count: number) => {
		for (const name of names(count)) await upload(name);
		service.steer.reset({ only: ['stats'] });
	};
	const listed = async (parameters: INodeParameters = { returnAll: true }) =>
		(await jsonOf('getMany', parameters)).map(({ file_id }) => file_id);

	test('asks for few files once, and for how many there are', async () => {
		await uploadAll(3);
		expect(await listed()).toEqual(names(3));
		expect(
			asked('GET')
				.map(({ url }) => url.replace(/.*v0\.5/, ''))
				.sort(),
		).toEqual(['/files/info', '/files/metadata?shard_index=0&max_items_per_shard=1000']);
	});

	test.each(['served', 'asked'] as const)(
		'more than a reply has come whole, shards counted in the size %s',
		async (shards) => {
			await uploadAll(11);
			service.steer.options({ maxFiles: 4, shards });
			const { items, hints } = await run('getMany', { returnAll: true });
			expect(items.map(({ json }) => json.file_id).sort()).toEqual(names(11).sort());
			expect(hints).toEqual([]);
		},
	);

	test('a service that repeats its list ends, and what is missing is said', async () => {
		await uploadAll(3);
		const files = await service.get<object[]>('/files/metadata');
		service.steer.faults({
			...{ kind: 'body', body: files.slice(0, 2), times: null },
			path: '/files/metadata',
		});
		const { items, hints } = await run('getMany', { returnAll: true });
		expect(items).toHaveLength(2);
		expect(hints).toEqual([expect.stringContaining('The service counts 3 files but listed 2')]);
		expect(asked('GET').length).toBeLessThan(10);
	});

	test('without the count, the list goes on until nothing new comes', async () => {
		await uploadAll(5);
		service.steer.options({ maxFiles: 2 });
		service.steer.faults({ kind: 'status', status: 404, path: '/files/info', times: null });
		expect(await listed()).toEqual(names(5));
	});

	test('a row that is not as it should be costs itself, and no list but an array is one', async () => {
		await uploadAll(2);
		const files = await service.get<object[]>('/files/metadata');
		const path = '/files/metadata';
		service.steer.faults({ kind: 'body', body: [files[0], { file_id: 7 }, files[1]], path });
		const { items, hints } = await run('getMany', { returnAll: true });
		expect(items.map(({ json }) => json.file_id)).toEqual(names(2));
		expect(hints).toEqual([expect.stringMatching(/^Left out, .*: files\.1 \(file_id: .*\)\.$/)]);

		service.steer.faults({ kind: 'body', body: { files }, path });
		const { error } = await run('getMany', { returnAll: true });
		expect(error?.message).toMatch(/^The reply of the service has an unexpected form/);
	});

	test('Limit asks for no more than it needs, and says whether there are more', async () => {
		await uploadAll(4);
		const limited = (limit: number) =>
			run('getMany', { returnAll: false, limit: `={{ ${limit} }}` });
		expect((await limited(3)).hints).toEqual([expect.stringMatching(/^Limit of 3 files reached/)]);
		expect(asked('GET').some(({ url }) => url.endsWith('max_items_per_shard=4'))).toBe(true);
		const all = await limited(4);
		expect(all.items).toHaveLength(4);
		expect(all.hints).toEqual([]);
	});

	test('filters by name and type, of services that know no filter, too', async () => {
		await upload('pump-7.csv');
		await upload('pump-8.json', 'application/json', '{}');
		await upload('fan.csv');
		const by = (filters: object) => listed({ returnAll: true, filters } as INodeParameters);
		expect(await by({ fileName: 'PUMP-*' })).toEqual(['pump-7.csv', 'pump-8.json']);
		expect(await by({ fileType: 'text/csv' })).toEqual(['pump-7.csv', 'fan.csv']);
		expect(await by({ fileType: 'application/*', fileName: 'pump*' })).toEqual(['pump-8.json']);
		const none = await run('getMany', { returnAll: true, filters: { fileName: 'x*' } });
		expect(none.items).toEqual([]);
		expect(none.hints).toEqual(['No files match the filters.']);
		expect(
			(await run('getMany', { filters: { fileName: '={{ $json.no }}' } })).error?.message,
		).toBe('"File Name" has no value: its expression gives nothing');
	});

	test('no files are no items, and said', async () => {
		const { items, hints } = await run('getMany');
		expect([items, hints]).toEqual([[], ['There are no files yet.']]);
	});

	test('the list of the locator has more than one reply brings', async () => {
		await uploadAll(7);
		service.steer.options({ maxFiles: 3 });
		const { results } = await searchList('searchFiles', { credential: service.credential });
		expect(results.map(({ value }) => value)).toEqual(names(7));
	});
});

describe('File: Get Storage Info', () => {
	test('gives how much there is, with the time as a time', async () => {
		await upload('a.csv');
		await upload('b.csv');
		const info = await service.get<{ last_updated: number }>('/files/info');
		const [item] = await jsonOf('getStorageInfo');
		expect(item).toMatchObject({ ...info, num_files: 2, num_bytes: 2 * CSV.length });
		const at = item!.last_updated_at as string;
		expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
		expect(Math.abs(Date.parse(at) - info.last_updated * 1000)).toBeLessThan(2);
	});

	test.each<[unknown, string]>([
		[1748851200.5, '2025-06-02T08:00:00.500000Z'],
		[1748851200.000123, '2025-06-02T08:00:00.000123Z'],
		['2025-06-02T08:00:00', '2025-06-02T08:00:00.000000Z'],
	])('a last change of %j is %s', async (last_updated, last_updated_at) => {
		const body = { num_files: 1, num_bytes: '7', last_updated };
		service.steer.faults({ kind: 'body', body });
		const [item] = await jsonOf('getStorageInfo');
		expect(item).toEqual({ num_files: 1, num_bytes: 7, last_updated, last_updated_at });
	});

	test.each([0, null, -1, 1e300, 'soon'])(
		'a last change of %j is no time',
		async (last_updated) => {
			const body = { num_files: 0, num_bytes: 0, num_ingested: 0, last_updated };
			service.steer.faults({ kind: 'body', body });
			expect(await jsonOf('getStorageInfo')).toMatchObject([{ last_updated_at: null }]);
		},
	);
});

describe('File: Delete', () => {
	const remove = (name: string, options: object = {}) =>
		run('delete', { ...chosen(name), options } as INodeParameters);

	test.each(ODD_NAMES)('deletes the file called %j and no other', async (name) => {
		await upload('info.csv');
		await upload(name);
		const { items, error } = await remove(name);
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({ file_id: name, is_valid: true, deleted: true });
		expect([await isThere(name), await isThere('info.csv')]).toEqual([false, true]);
	});

	test('one that is gone is an error, or done if the user wants', async () => {
		expect((await remove('gone.csv')).error?.message).toBe(
			'File "gone.csv" could not be deleted. It was not found',
		);
		const { items } = await remove('gone.csv', { succeedIfDone: true });
		expect(items[0]!.json).toEqual({ file_id: 'gone.csv', is_valid: true, deleted: true });
	});

	test('an answer that the path is wrong is never taken for a file that is gone', async () => {
		for (const body of [{ detail: 'Not Found' }, '<html>404</html>']) {
			service.steer.faults({ kind: 'body', status: 404, body, method: 'DELETE' });
			const { error } = await remove('a.csv', { succeedIfDone: true });
			expect(error?.message).toContain('The Base URL does not lead to the Archetype AI API');
		}
	});

	test('a success that says "is_valid": false deleted nothing', async () => {
		await upload('a.csv');
		const body = { is_valid: false, file_id: 'a.csv' };
		for (const options of [{}, { succeedIfDone: true }]) {
			service.steer.faults({ kind: 'body', body, method: 'DELETE' });
			expect((await remove('a.csv', options)).error?.message).toBe(
				'File "a.csv" could not be deleted: the service says that it is not valid',
			);
		}
		service.steer.faults({ kind: 'body', body, method: 'DELETE' });
		const { items } = await remove('gone.csv', { succeedIfDone: true });
		expect(items[0]!.json).toMatchObject({ file_id: 'gone.csv', deleted: true });
	});

	test('one that is in use is refused in words', async () => {
		await upload('a.csv');
		service.steer.faults({ kind: 'status', status: 409, method: 'DELETE' });
		const { error } = await remove('a.csv', { succeedIfDone: true });
		expect(error?.message).toBe(
			'File "a.csv" could not be deleted: the service says that it is in use',
		);
		expect(error?.description).toMatch(/^Nothing was changed\./);
	});

	test('without a clear answer it says that it may have had an effect, and is not repeated', async () => {
		await upload('a.csv');
		service.steer.faults({ kind: 'status', status: 502, envelope: 'html', method: 'DELETE' });
		const { error } = await remove('a.csv');
		expect(error?.message).toContain('File "a.csv" may have been deleted, or not');
		expect(asked('DELETE')).toHaveLength(1);
	});

	test('Succeed If Already Done that is no switch deletes nothing', async () => {
		await upload('a.csv');
		const { error } = await remove('a.csv', { succeedIfDone: '={{ "perhaps" }}' });
		expect(error?.message).toBe('"Succeed If Already Done" cannot be "perhaps"');
		expect(await isThere('a.csv')).toBe(true);
	});
});

test('Job: Delete does not take an answer that the path is wrong for a job that is gone', async () => {
	service.steer.faults({ kind: 'body', status: 404, body: { detail: 'Not Found' } });
	const { error } = await runNode(
		{
			...{
				resource: 'job',
				operation: 'delete',
				jobId: { __rl: true, mode: 'id', value: 'job_a' },
			},
			options: { succeedIfDone: true },
		},
		{ credential: service.credential },
	);
	expect(error?.message).toContain('The Base URL does not lead to the Archetype AI API');
});
