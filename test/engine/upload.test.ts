// File: Upload: the files of items reach the service whole or not at all.
import { createHash, randomBytes } from 'node:crypto';
import type { IBinaryKeyData, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { runNode, storedFile, useSandbox } from './harness';

const PART = 256 * 1024;
const service = useSandbox({ partSize: PART });

const CSV = 'time,level\n1,2\n3,4\n';
const LARGE = randomBytes(5 * 1024 * 1024 + 17);

/** An item with files, as a preceding node delivers it. */
async function itemWith(
	...files: Array<[name: string, content: string | Buffer, field?: string]>
): Promise<INodeExecutionData> {
	const binary: IBinaryKeyData = {};
	for (const [name, content, field = 'data'] of files) {
		binary[field] = await storedFile(Buffer.from(content), name);
	}
	return { json: {}, binary };
}

const run = (
	items: INodeExecutionData[],
	parameters: INodeParameters = {},
	settings: Partial<INode> = {},
) =>
	runNode(
		{ resource: 'file', operation: 'upload', ...parameters },
		{ credential: service.credential, items, settings },
	);

async function uploaded(...given: Parameters<typeof run>) {
	const { items, error } = await run(...given);
	if (error) throw error;
	return items.map(({ json }) => json);
}

/** The content that the service returns for a name. */
async function contentOf(name: string): Promise<Buffer> {
	const headers = { authorization: `Bearer ${service.apiKey}` };
	const url = `${service.url}/files/download/${encodeURIComponent(name)}`;
	const reply = await fetch(url, { headers });
	expect(reply.status).toBe(200);
	return Buffer.from(await reply.arrayBuffer());
}

const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex');
const puts = () => service.steer.requests().filter(({ method }) => method === 'PUT');
const posts = (path: RegExp) =>
	service.steer.requests().filter((request) => request.method === 'POST' && path.test(request.url));

describe('what arrives is what was sent', () => {
	test('a small file in one request', async () => {
		const [item] = await uploaded([await itemWith(['pump7.csv', CSV])]);
		expect(item).toEqual({
			...{ file_id: 'pump7.csv', file_type: 'text/csv', num_bytes: CSV.length },
			...{ file_uid: expect.stringMatching(/^fil_/) as string, uploaded: true },
		});
		expect((await contentOf('pump7.csv')).toString()).toBe(CSV);
		expect(puts()).toEqual([]);
	});

	test('a large file in parts, several at a time', async () => {
		const [item] = await uploaded([await itemWith(['pump7.csv', LARGE])]);
		expect(item).toMatchObject({ num_bytes: LARGE.length, uploaded: true });
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(LARGE));
		expect(puts()).toHaveLength(Math.ceil(LARGE.length / PART));
	});

	test('JSONL goes in parts, whatever its size, since a form does not take it', async () => {
		const line = '{"text": "valve open"}\n';
		const [item] = await uploaded([await itemWith(['shots.jsonl', line])]);
		expect(item).toMatchObject({ file_type: 'application/x-ndjson', num_bytes: line.length });
		expect((await contentOf('shots.jsonl')).toString()).toBe(line);
		expect(puts()).toHaveLength(1);
	});

	test.each([
		['a quote " and a %.csv', 'a quote  and a %.csv'],
		['ümlaut & co.csv', 'ümlaut & co.csv'],
		['../../etc/passwd.csv', 'passwd.csv'],
		['line\r\nbreak.csv', 'linebreak.csv'],
	])('the name %j', async (name, expected) => {
		const [item] = await uploaded([await itemWith([name, CSV])]);
		expect(item).toMatchObject({ file_id: expected });
		expect((await contentOf(expected)).toString()).toBe(CSV);
	});

	test('all binary fields of many items, several at a time and in their order', async () => {
		const items = await Promise.all(
			Array.from({ length: 60 }, (_, n) =>
				itemWith([`a${n}.csv`, `a,b\n${n},1\n`], [`b${n}.txt`, `note ${n}`, 'note']),
			),
		);
		const result = await run(items, { binaryFields: '*' });
		expect(result.error).toBeUndefined();
		const ids = Array.from({ length: 60 }, (_, n) => [`a${n}.csv`, `b${n}.txt`]).flat();
		expect(result.items.map(({ json }) => json.file_id)).toEqual(ids);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			ids.map((_, at) => ({ item: Math.floor(at / 2) })),
		);
		expect((await contentOf('a59.csv')).toString()).toBe('a,b\n59,1\n');
	});

	test('the service gets the CRC-32C of the whole file if it wants one', async () => {
		service.steer.options({ integrityAlgorithm: 'crc32c' });
		await uploaded([await itemWith(['pump7.csv', LARGE])]);
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(LARGE));
	});
});

describe('If File Exists, for one request and for parts', () => {
	const ways: Array<[way: string, first: Buffer, second: Buffer]> = [
		['one request', Buffer.from(CSV), Buffer.from('time,level\n9,9\n9,9\n')],
		['parts', LARGE, Buffer.from(LARGE).reverse()],
	];

	test.each(ways)('Fail, by %s: nothing is changed', async (_, first, second) => {
		await uploaded([await itemWith(['pump7.csv', first])]);
		const { error } = await run([await itemWith(['pump7.csv', second])]);
		expect(error?.message).toContain('File "pump7.csv" exists already');
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(first));
	});

	test.each(ways)('Keep Both, by %s: a name made from the content', async (_, first, second) => {
		await uploaded([await itemWith(['pump7.csv', first])]);
		const [item] = await uploaded([await itemWith(['pump7.csv', second])], {
			ifExists: 'keepBoth',
		});
		const mark = createHash('sha256').update(second).digest('hex').slice(0, 12);
		expect(item).toMatchObject({ file_id: `pump7_${mark}.csv`, uploaded: true });
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(first));
		expect(md5(await contentOf(`pump7_${mark}.csv`))).toBe(md5(second));
		const [again] = await uploaded([await itemWith(['pump7.csv', second])], {
			ifExists: 'keepBoth',
		});
		expect(again).toMatchObject({ file_id: `pump7_${mark}.csv`, uploaded: false });
	});

	test.each(ways)('Replace, by %s', async (_, first, second) => {
		await uploaded([await itemWith(['pump7.csv', first])]);
		const [item] = await uploaded([await itemWith(['pump7.csv', second])], { ifExists: 'replace' });
		expect(item).toMatchObject({ file_id: 'pump7.csv', uploaded: true });
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(second));
	});

	test.each(ways)(
		'Skip, by %s: the same size is left as it is, another is an error',
		async (_, first) => {
			await uploaded([await itemWith(['pump7.csv', first])]);
			const before = posts(/./).length;
			const [item] = await uploaded([await itemWith(['pump7.csv', first])], { ifExists: 'skip' });
			expect(item).toMatchObject({
				file_id: 'pump7.csv',
				num_bytes: first.length,
				uploaded: false,
			});
			expect(posts(/./)).toHaveLength(before);
			const other = Buffer.concat([first, Buffer.from('5,6\n')]);
			const { error } = await run([await itemWith(['pump7.csv', other])], { ifExists: 'skip' });
			expect(error?.message).toBe(
				`File "pump7.csv" exists already, with ${first.length} bytes in place of ${other.length}`,
			);
		},
	);
});

describe('two files of one name in one run', () => {
	const twins = async () => [
		await itemWith(['data.csv', 'a,b\n1,1\n']),
		await itemWith(['data.csv', 'a,b\n2,2\n']),
	];

	test.each(['fail', 'skip', 'replace'])(
		'%s: the second is an error, and replaces nothing',
		async (ifExists) => {
			const settings = { onError: 'continueRegularOutput' } as const;
			const { items } = await run(await twins(), { ifExists }, settings);
			expect(items.map(({ json }) => json.file_id ?? json.error).sort()).toEqual([
				'Several files of this run have the name "data.csv"',
				'data.csv',
			]);
			const at = items.findIndex(({ json }) => json.file_id === 'data.csv') + 1;
			expect((await contentOf('data.csv')).toString()).toBe(`a,b\n${at},${at}\n`);
		},
	);

	test('keepBoth: both are there', async () => {
		const { items, error } = await run(await twins(), { ifExists: 'keepBoth' });
		expect(error).toBeUndefined();
		const contents = await Promise.all(items.map(({ json }) => contentOf(json.file_id as string)));
		expect(contents.map(String)).toEqual(['a,b\n1,1\n', 'a,b\n2,2\n']);
	});
});

describe('names that cannot be kept', () => {
	test('of a file: a hint says what it is called', async () => {
		const { items, hints } = await run([await itemWith(['a?b.csv', CSV])]);
		expect(items[0]!.json).toMatchObject({ file_id: 'ab.csv' });
		expect(hints.join()).toContain('"a?b.csv" has the name "ab.csv" at the service');
	});

	test.each(['hall-2/x.csv', 'a<b>.csv', `${'n'.repeat(300)}.csv`])(
		'File Name %j is an error',
		async (fileName) => {
			const { error } = await run([await itemWith(['a.csv', CSV])], { options: { fileName } });
			expect(error?.message).toContain('A file cannot have the name');
			expect(posts(/./)).toEqual([]);
		},
	);

	test.each(['empty.csv', 'empty.jsonl'])('%s without content is an error', async (name) => {
		const { error } = await run([await itemWith([name, ''])]);
		expect(error?.message).toBe('The file in "data" is empty');
		expect(posts(/./)).toEqual([]);
	});
});

describe('what breaks on the way', () => {
	test('a part whose connection is reset is sent again, by a new link', async () => {
		service.steer.faults({ kind: 'reset', origin: 'storage', method: 'PUT', path: '/uploads/*/3' });
		await uploaded([await itemWith(['pump7.csv', LARGE])]);
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(LARGE));
		expect(puts().filter(({ url }) => url.includes('/3?'))).toHaveLength(2);
		expect(posts(/parts\/urls$/)).toHaveLength(1);
	});

	test.each([500, 503, 429, 403, 400])('a part that is answered with %i', async (status) => {
		service.steer.faults({ kind: 'status', status, origin: 'storage', method: 'PUT' });
		await uploaded([await itemWith(['pump7.csv', LARGE])]);
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(LARGE));
	});

	test('a connection that is reset at any byte of any part, a hundred times', async () => {
		const parts = Math.ceil(LARGE.length / PART);
		for (let run = 0; run < 100; run++) {
			const part = 1 + Math.floor(Math.random() * parts);
			const afterBytes = Math.floor(Math.random() * (part === parts ? 17 : PART));
			const name = `run-${run}.csv`;
			const path = `/uploads/*/${part}`;
			service.steer.reset({ only: ['stats'] });
			service.steer.faults({
				kind: 'cutRequest',
				origin: 'storage',
				method: 'PUT',
				path,
				afterBytes,
			});
			const [item] = await uploaded([await itemWith([name, LARGE])]);
			const what = { run, part, afterBytes };
			expect({ ...what, bytes: item!.num_bytes }).toEqual({ ...what, bytes: LARGE.length });
			expect({ ...what, md5: md5(await contentOf(name)) }).toEqual({ ...what, md5: md5(LARGE) });
			expect({ ...what, puts: puts().length }).toEqual({ ...what, puts: parts + 1 });
		}
	}, 300_000);

	test('a run that failed in the middle is gone on with: confirmed parts are not sent again', async () => {
		const path = '/uploads/*/15';
		service.steer.faults({ kind: 'status', status: 404, origin: 'storage', method: 'PUT', path });
		const { error } = await run([await itemWith(['pump7.csv', LARGE])]);
		expect(error?.message).toContain('File "pump7.csv" could not be uploaded');
		const before = puts().length;
		const [item] = await uploaded([await itemWith(['pump7.csv', LARGE])]);
		expect(item).toMatchObject({ uploaded: true, resumed: true });
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(LARGE));
		const parts = Math.ceil(LARGE.length / PART);
		// At most one part per connection is sent twice.
		expect(puts().length).toBeLessThanOrEqual(parts + 4);
		expect(puts().length - before).toBeLessThan(parts);
	});

	test('an upload of other content that was begun under the name and never ended', async () => {
		const path = '/uploads/*/15';
		service.steer.faults({ kind: 'status', status: 404, origin: 'storage', method: 'PUT', path });
		await run([await itemWith(['pump7.csv', LARGE])]);
		const other = LARGE.subarray(1);
		const [item] = await uploaded([await itemWith(['pump7.csv', other])]);
		expect(item).not.toHaveProperty('resumed');
		expect(md5(await contentOf('pump7.csv'))).toBe(md5(other));
	});

	test('a lost answer to the last request: the file is there, and it is no error', async () => {
		service.steer.faults({ kind: 'reset', path: '/files/uploads/*/complete', afterBytes: 3 });
		const [item] = await uploaded([await itemWith(['pump7.csv', LARGE])]);
		expect(item).toMatchObject({ file_id: 'pump7.csv', num_bytes: LARGE.length });
	});

	test.each([
		['one request', Buffer.from(CSV), { path: '/files/metadata/*', skip: 1 }],
		['parts', LARGE, { path: '/files/uploads/*/complete' }],
	])('a service that counts other bytes, by %s', async (_, content, place) => {
		const body = { file_id: 'pump7.csv', file_name: 'pump7.csv', is_valid: true, num_bytes: 7 };
		service.steer.faults({ kind: 'body', body, ...place });
		const { error } = await run([await itemWith(['pump7.csv', content])]);
		expect(error?.message).toBe(
			`File "pump7.csv" could not be uploaded: the service has 7 bytes of its ${content.length}`,
		);
	});

	test('one file that fails costs itself, when the node continues on errors', async () => {
		const items = [
			await itemWith(['a.csv', CSV]),
			await itemWith(['b.exe', CSV]),
			await itemWith(['c.csv', CSV]),
		];
		const result = await run(items, {}, { onError: 'continueRegularOutput' });
		expect(result.items.map(({ json }) => json.file_id ?? json.error)).toEqual([
			'a.csv',
			'The service does not take files such as "b.exe"',
			'c.csv',
		]);
		expect(result.items[1]!.json).toMatchObject({ binary_field: 'data' });
	});

	test('the links, the key and the signature are in no error', async () => {
		service.steer.faults({
			kind: 'status',
			status: 404,
			origin: 'storage',
			method: 'PUT',
			times: null,
		});
		const { error } = await run([await itemWith(['pump7.csv', LARGE])]);
		const said = JSON.stringify([error?.message, (error as { description?: string }).description]);
		expect(said).not.toMatch(/X-Amz|Signature|sk_engine_test/);
	});
});

describe('wrong values', () => {
	test.each<[string, INodeParameters, string]>([
		['no such field', { binaryFields: 'file' }, 'This item has no file in "file"'],
		[
			'a type that the service does not take',
			{ options: { fileName: 'a.exe' } },
			'The service does not take files such as "a.exe"',
		],
		['what to do if it exists', { ifExists: 'merge' }, '"If File Exists" cannot be "merge"'],
	])('%s', async (_, parameters, message) => {
		const { error } = await run([await itemWith(['pump7.csv', CSV])], parameters);
		expect(error?.message).toBe(message);
		expect(posts(/./)).toEqual([]);
	});

	test('an item without files', async () => {
		const { error } = await run([{ json: {} }], { binaryFields: '*' });
		expect(error?.message).toBe('This item has no file');
	});

	test('one name for several files', async () => {
		const item = await itemWith(['a.csv', CSV], ['b.csv', CSV, 'other']);
		const options = { fileName: 'c.csv' };
		const { error } = await run([item], { binaryFields: '*', options });
		expect(error?.message).toBe('"File Name" is one name, and this item has several files');
	});

	test('Content Type overrules the name', async () => {
		const options = { contentType: 'text/plain', fileName: 'notes.log' };
		const [item] = await uploaded([await itemWith(['a.csv', CSV])], { options });
		expect(item).toMatchObject({ file_id: 'notes.log', file_type: 'text/plain' });
	});
});
