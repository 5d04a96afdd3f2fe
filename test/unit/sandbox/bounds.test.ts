import { randomBytes } from 'node:crypto';
import type { Sandbox } from '../../../sandbox';
import { get, machine, submit, withFiles } from './machines';
import { call, start, upload, type ErrorBody } from './support';

const MiB = 1024 * 1024;
/** No reply about a single file, input or error needs to be longer. */
const MOST_BYTES = 256 * 1024;

/** Uploads bytes in parts. Returns the response text of `complete`. */
async function complete(sandbox: Sandbox, body: Buffer, filename = 'long.csv'): Promise<string> {
	const initiated = await call<{ upload_id: string; parts: Array<{ url: string }> }>(
		sandbox,
		'/files/uploads/initiate',
		{ method: 'POST', json: { filename, file_type: 'text/csv', num_bytes: body.length } },
	);
	const put = await fetch(initiated.body.parts[0]!.url, { method: 'PUT', body });
	const parts = [{ part_number: 1, part_token: put.headers.get('etag') }];
	const path = `/files/uploads/${initiated.body.upload_id}/complete`;
	const { status, body: reply } = await call(sandbox, path, { method: 'POST', json: { parts } });
	expect(status).toBe(200);
	return JSON.stringify(reply);
}

describe('X6: what is said of a file is bounded', () => {
	test.each([
		['one line of 16 MB', Buffer.alloc(16 * MiB, 'x')],
		['one line of 16 MB with rows below', Buffer.from(`${'x'.repeat(16 * MiB)}\n1\n2\n`)],
		['a header cell of 500 kB', Buffer.from(`${'x'.repeat(500_000)},b\n1,2\n`)],
		['200,000 columns', Buffer.from(`${'abc,'.repeat(200_000)}d\n`)],
		['a quote that never closes', Buffer.from(`"${'x\n'.repeat(4 * MiB)}`)],
		['no text at all', randomBytes(MiB)],
	])('%s: complete and metadata', async (_, body) => {
		const sandbox = await start();
		expect((await complete(sandbox, body)).length).toBeLessThan(MOST_BYTES);
		const { status, body: metadata } = await call(sandbox, '/files/metadata/long.csv');
		expect([status, metadata.num_bytes]).toEqual([200, body.length]);
		expect(JSON.stringify(metadata).length).toBeLessThan(MOST_BYTES);
	});

	test('a plain CSV is described whole', async () => {
		const columns = Array.from({ length: 300 }, (_, i) => `column ${i}`);
		const row = columns.map((_, i) => i).join(',');
		const text = `${columns.join(',')}\n${`${row}\n`.repeat(50)}`;
		const reply = await complete(await start(), Buffer.from(text));
		expect(JSON.parse(reply)).toMatchObject({
			file_attributes: { num_rows: 50, num_columns: 300, column_headers: columns },
		});
	});
});

describe('X6: what is said of a failure is bounded', () => {
	test.each([
		['a header of 60,000 columns', `${'abc,'.repeat(60_000)}d\n1\n`],
		['a line of 8 MB', `${'x'.repeat(8 * MiB)}\n`],
		['a cell of 500 kB', `time,level,note\n1,${'x'.repeat(500_000)},c\n`],
	])('%s as an input: its error, events and progress', async (_, text) => {
		const sandbox = await withFiles({ 'long.csv': text });
		const { id } = (await submit(sandbox, ['long.csv'])).body;
		await sandbox.steer.clock({ advance: 13_000 });
		expect((await get(sandbox, id)).input_progress).toMatchObject({ failed: 1 });
		for (const part of ['inputs?limit=1', 'events?limit=100', 'progress', 'inputs/progress']) {
			const { status, body } = await call(sandbox, `/batch/jobs/${id}/${part}`);
			expect([status, JSON.stringify(body).length < 16_384]).toEqual([200, true]);
		}
	});

	test('as an example: the error of the job', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		await upload(sandbox, 'on.csv', `${'abc,'.repeat(60_000)}d\n1\n`);
		const { id } = (await submit(sandbox, ['a.csv'])).body;
		await sandbox.steer.clock({ advance: 13_000 });
		const job = await get(sandbox, id);
		expect(job.status).toBe('FAILED');
		expect(JSON.stringify(job).length).toBeLessThan(16_384);
	});

	test('an error names the first of many files that are missing', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		const missing = Array.from({ length: 20_000 }, (_, i) => `missing-${i}.csv`);
		const { status, body } = await submit(sandbox, missing);
		expect(status).toBe(400);
		expect(body.errors[0]!.message).toContain('Failed to resolve file inputs: missing-0.csv');
		expect(JSON.stringify(body).length).toBeLessThan(16_384);
	});
});

describe('X6: what is asked for is bounded', () => {
	const initiate = async (sandbox: Sandbox, num_bytes: number, filename = 'big.csv') => {
		const json = { filename, file_type: 'text/csv', num_bytes };
		const path = '/files/uploads/initiate';
		return (await call<ErrorBody>(sandbox, path, { method: 'POST', json })).status;
	};

	test('an upload of more than 250 GB, or of more than 10,000 parts', async () => {
		expect(await initiate(await start(), 1e15)).toBe(400);
		expect(await initiate(await start(), 250 * 1024 ** 3)).toBe(200);
		expect(await initiate(await start({ partSize: 10 }), 100_001)).toBe(400);
		expect(await initiate(await start({ partSize: 10 }), 100_000)).toBe(200);
	});

	test('a name of a file or of a job that is a book', async () => {
		const sandbox = await withFiles({ 'a.csv': machine });
		expect(await initiate(sandbox, 5, `${'x'.repeat(MiB)}.csv`)).toBe(400);
		const { status, body } = await submit(sandbox, ['a.csv'], { name: 'x'.repeat(MiB) });
		expect([status, JSON.stringify(body).length < 16_384]).toEqual([400, true]);
	});
});
