import { randomBytes } from 'node:crypto';
import type { Sandbox } from '../../../sandbox';
import { call, start, upload, type ErrorBody } from './support';

interface Part {
	part_number: number;
	url: string;
	offset: number;
	length: number;
}
interface Initiated {
	upload_id: string;
	file_uid: string;
	num_parts: number;
	is_resume: boolean;
	parts: Part[];
}
type Token = { part_number: number; part_token: string };

const text = 'time,level\n1,2\n3,4\n5,6\n';
const bytes = Buffer.from(text);

const post = <Body>(sandbox: Sandbox, path: string, json: unknown) =>
	call<Body>(sandbox, `/files/uploads/${path}`, { method: 'POST', json });

const initiate = (sandbox: Sandbox, change: object = {}) =>
	post<Initiated & ErrorBody>(sandbox, 'initiate', {
		filename: 'pump.csv',
		file_type: 'text/csv',
		num_bytes: bytes.length,
		...change,
	});

async function put(parts: Part[]): Promise<Token[]> {
	return Promise.all(
		parts.map(async ({ url, offset, length, part_number }) => {
			const body = bytes.subarray(offset, offset + length);
			const reply = await fetch(url, { method: 'PUT', body });
			return { part_number, part_token: reply.headers.get('etag')! };
		}),
	);
}

const download = async (sandbox: Sandbox, name: string) =>
	(await call<string>(sandbox, `/files/download/${name}`)).body;

describe('by form', () => {
	test('a file is taken in, described and given back', async () => {
		const sandbox = await start();
		const { body } = await upload(sandbox, 'pump.csv', text);
		expect(body).toEqual({
			is_valid: true,
			file_id: 'pump.csv',
			file_uid: expect.stringMatching(/^fil_/) as string,
		});
		expect((await call(sandbox, '/files/metadata/pump.csv')).body).toMatchObject({
			file_uid: body.file_uid,
			num_bytes: bytes.length,
			file_status: 'FILE_STATUS_REGISTERED',
			file_attributes: { num_rows: 3, num_columns: 2, column_headers: ['time', 'level'] },
		});
		expect(await download(sandbox, 'pump.csv')).toBe(text);
	});

	test('a file of the same name replaces the one before', async () => {
		const sandbox = await start();
		await upload(sandbox, 'pump.csv', text);
		await upload(sandbox, 'pump.csv', 'new');
		expect(await download(sandbox, 'pump.csv')).toBe('new');
	});

	test('folders in the name are left out', async () => {
		const { body } = await upload(await start(), '../../etc/pump.csv', text);
		expect(body.file_id).toBe('pump.csv');
	});

	test('a type that only uploads in parts take is refused', async () => {
		const { status, body } = await upload(await start(), 'a.jsonl', '{}', 'application/x-ndjson');
		expect([status, (body as unknown as ErrorBody).errors[0]!.code]).toEqual([
			400,
			'invalid_file_type',
		]);
	});

	test('a form without a file is refused', async () => {
		const options = { method: 'POST', form: new FormData() };
		const { status, body } = await call<ErrorBody>(await start(), '/files', options);
		expect([status, body.errors[0]!.code]).toEqual([400, 'missing_parameter']);
	});

	test('an unknown file is 404', async () => {
		expect((await call(await start(), '/files/metadata/nope.csv')).status).toBe(404);
	});
});

describe('in parts', () => {
	test('parts count from one, cover the file, and make it whole again', async () => {
		const sandbox = await start({ partSize: 10 });
		const { body } = await initiate(sandbox);
		expect(body).toMatchObject({ num_parts: 3, is_resume: false, integrity_algorithm: 'none' });
		expect(body.parts.map((part) => [part.part_number, part.offset, part.length])).toEqual([
			[1, 0, 10],
			[2, 10, 10],
			[3, 20, 3],
		]);
		const parts = await put(body.parts);
		const done = await post(sandbox, `${body.upload_id}/complete`, { parts });
		expect(done.body).toMatchObject({
			file_uid: body.file_uid,
			file_name: 'pump.csv',
			num_bytes: bytes.length,
			file_status: 'Registered',
		});
		expect(await download(sandbox, 'pump.csv')).toBe(text);
		const again = await post(sandbox, `${body.upload_id}/complete`, { parts });
		expect(again.status).toBe(409);
	});

	test('a name that is taken is a conflict', async () => {
		const sandbox = await start();
		await upload(sandbox, 'pump.csv', text);
		const { status, body } = await initiate(sandbox);
		expect([status, body.errors[0]!.code, body.errors[0]!.message]).toEqual([
			409,
			'conflict',
			'File already exists: pump.csv',
		]);
	});

	test('an upload is taken up where its checkpoints end', async () => {
		const sandbox = await start({ partSize: 10 });
		const { body: first } = await initiate(sandbox);
		const [token] = await put(first.parts.slice(0, 1));
		const checkpointed = await post(sandbox, `${first.upload_id}/parts/checkpoint`, {
			parts: [{ part_number: 1, part_token: token!.part_token.replaceAll('"', '') }],
		});
		expect(checkpointed.body).toEqual({ num_checkpointed: 1 });
		const { body: resumed } = await initiate(sandbox, { resume_if_started: true });
		expect(resumed).toMatchObject({ upload_id: first.upload_id, is_resume: true });
		expect(resumed.parts.map(({ part_number }) => part_number)).toEqual([2, 3]);
		const parts = await put(resumed.parts);
		await post(sandbox, `${resumed.upload_id}/complete`, { parts });
		expect(await download(sandbox, 'pump.csv')).toBe(text);
	});

	test('taking it up with another size is a conflict', async () => {
		const sandbox = await start();
		await initiate(sandbox);
		const { status } = await initiate(sandbox, { resume_if_started: true, num_bytes: 5 });
		expect(status).toBe(409);
	});

	test('links are made anew on request, in the order asked for', async () => {
		const sandbox = await start({ partSize: 10 });
		const { body } = await initiate(sandbox);
		const urls = await post<{ parts: Part[] }>(sandbox, `${body.upload_id}/parts/urls`, {
			part_numbers: [3, 1],
		});
		expect(urls.body.parts.map(({ part_number }) => part_number)).toEqual([3, 1]);
	});

	test('a link to put a part serves for nothing else', async () => {
		const { body } = await initiate(await start());
		expect((await fetch(body.parts[0]!.url)).status).toBe(403);
	});

	test.each([
		['a missing part', (tokens: Token[]) => tokens.slice(1), 'Parts 1 are missing'],
		[
			'a wrong token',
			([first, ...rest]: Token[]) => [{ ...first!, part_token: 'x' }, ...rest],
			'The token of part 1',
		],
	])('%s keeps the upload from completing', async (_, change, message) => {
		const sandbox = await start({ partSize: 10 });
		const { body } = await initiate(sandbox);
		const parts = change(await put(body.parts));
		const reply = await post<ErrorBody>(sandbox, `${body.upload_id}/complete`, { parts });
		expect(reply.status).toBe(400);
		expect(reply.body.errors[0]!.message).toContain(message);
	});

	describe('checked by a CRC32C of the whole file', () => {
		// The check value of CRC-32C in the CRC catalogues: e3069283.
		const nine = '123456789';
		const checksum = '4waSgw==';

		async function send(integrity_checksum?: string) {
			const sandbox = await start({ partSize: 4, integrityAlgorithm: 'crc32c' });
			const { body } = await initiate(sandbox, { num_bytes: nine.length });
			expect(body).toMatchObject({ integrity_algorithm: 'crc32c', num_parts: 3 });
			const parts: Token[] = [];
			for (const { url, offset, length, part_number } of body.parts) {
				const reply = await fetch(url, {
					method: 'PUT',
					body: nine.slice(offset, offset + length),
				});
				parts.push({ part_number, part_token: reply.headers.get('etag')! });
			}
			const complete = (json: object) =>
				post<ErrorBody>(sandbox, `${body.upload_id}/complete`, json);
			return { sandbox, complete, reply: await complete({ parts, integrity_checksum }) };
		}

		test.each([
			['with the right one', checksum],
			['without one', undefined],
		])('%s', async (_, sum) => {
			const { sandbox, reply } = await send(sum);
			expect(reply).toMatchObject({ status: 200, body: { file_status: 'Registered' } });
			expect(await download(sandbox, 'pump.csv')).toBe(nine);
		});

		test('a wrong one keeps no file, and the right one can follow', async () => {
			const { sandbox, complete, reply } = await send('AAAAAA==');
			expect([reply.status, reply.body.errors[0]!.message]).toEqual([
				...[400, `The file has the CRC32C ${checksum}, not AAAAAA==`],
			]);
			expect((await call(sandbox, '/files/metadata/pump.csv')).status).toBe(404);
			const again = await complete({ parts: [], integrity_checksum: checksum });
			expect(again.status).toBe(200);
			expect(await download(sandbox, 'pump.csv')).toBe(nine);
		});

		test('by default there is none, and sending one is an error', async () => {
			const sandbox = await start();
			const { body } = await initiate(sandbox);
			expect(body).toMatchObject({ integrity_algorithm: 'none' });
			const json = { parts: await put(body.parts), integrity_checksum: checksum };
			const reply = await post<ErrorBody>(sandbox, `${body.upload_id}/complete`, json);
			expect([reply.status, reply.body.errors[0]!.code]).toEqual([400, 'invalid_part']);
		});
	});

	test('an upload that was aborted is gone', async () => {
		const sandbox = await start();
		const { body } = await initiate(sandbox);
		const aborted = await post(sandbox, `${body.upload_id}/abort`, {});
		expect([aborted.status, aborted.body]).toEqual([200, '']);
		expect((await fetch(body.parts[0]!.url, { method: 'PUT', body: bytes })).status).toBe(404);
		const reply = await post<ErrorBody>(sandbox, `${body.upload_id}/complete`, { parts: [] });
		expect([reply.status, reply.body.errors[0]!.code]).toEqual([404, 'upload_not_found']);
	});
});

test('a large file goes through whole', async () => {
	const sandbox = await start({ partSize: 1_000_000 });
	const large = randomBytes(5_500_000);
	const { body } = await initiate(sandbox, { file_type: 'video/mp4', num_bytes: large.length });
	const parts = await Promise.all(
		body.parts.map(async ({ url, offset, length, part_number }) => {
			const reply = await fetch(url, {
				method: 'PUT',
				body: large.subarray(offset, offset + length),
			});
			return { part_number, part_token: reply.headers.get('etag') };
		}),
	);
	await post(sandbox, `${body.upload_id}/complete`, { parts });
	const reply = await fetch(`${sandbox.url}/files/download/pump.csv`, {
		headers: { authorization: `Bearer ${sandbox.apiKey}` },
	});
	expect(Buffer.from(await reply.arrayBuffer()).equals(large)).toBe(true);
});
