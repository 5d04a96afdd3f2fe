// Storages whose headers contradict their bytes: either the whole file or an error that names it.
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { useSandbox } from './harness';
import { runOnOutputs } from './harness/outputs';
import { jobThatLists } from './harness/refs';
import { useServer } from './harness/useServer';

// A machine busy with other work is slow; that is not a failure.
jest.setTimeout(60_000);

const service = useSandbox();

const FILE = randomBytes(300_000);

type Answer = (response: ServerResponse, range: string, request: number) => void;

let answer: Answer;
let ranges: string[];
beforeEach(() => (ranges = []));
const storage = useServer((request, response) => {
	const { range = '' } = request.headers;
	ranges.push(range);
	answer(response, range, ranges.length);
});

/** Downloads one file from the storage; the service may or may not state its size. */
async function download(num_bytes: number | null, data: Record<string, unknown> = {}) {
	const id = await jobThatLists(service, [{ data: { ref: storage.url, num_bytes, ...data } }]);
	const run = await runOnOutputs(service, id, { operation: 'download', returnAll: true });
	const [item] = run.items;
	const bytes = item?.binary ? await run.binary(item) : undefined;
	return { ...run, bytes, said: `${run.error?.message}` };
}

/** The file up to an offset where the connection breaks. */
function cutAt(response: ServerResponse, place: number, headers: Record<string, unknown> = {}) {
	response.writeHead(200, headers as Record<string, string>);
	response.write(FILE.subarray(0, place), () => setTimeout(() => response.destroy(), 50));
}

const placeIn = (range: string) => Number(/^bytes=(\d+)-$/.exec(range)?.[1]);

const part = (
	response: ServerResponse,
	from: number,
	headers: Record<string, string | undefined>,
	status = 206,
) => {
	const given = Object.entries(headers).filter(([, value]) => value !== undefined);
	response.writeHead(status, Object.fromEntries(given) as Record<string, string>);
	response.end(FILE.subarray(from));
};

describe('F5 an object that is stored with Content-Encoding', () => {
	const text = Array.from({ length: 20_000 }, (_, row) => `t${row},${row % 7}\n`).join('');
	const packed = gzipSync(text);
	const headers = { 'content-encoding': 'gzip', 'content-length': packed.length, etag: '"one"' };

	const send: Answer = (response) => response.writeHead(200, headers).end(packed);
	const sendCutFirst: Answer = (response, _, request) => {
		response.writeHead(200, headers);
		if (request > 1) return response.end(packed);
		return response.write(packed.subarray(0, packed.length / 2), () =>
			setTimeout(() => response.destroy(), 50),
		);
	};

	test.each([
		['that of the stored bytes', packed.length],
		['that of its content', text.length],
		['not said', null],
	])('F5 arrives whole, its size %s', async (_, size) => {
		answer = send;
		const { bytes, error } = await download(size);
		expect(error).toBeUndefined();
		expect(bytes?.toString()).toBe(text);
	});

	test.each([packed.length, null])('F5 arrives whole after a break (size %j)', async (size) => {
		answer = sendCutFirst;
		const { bytes, error } = await download(size);
		expect(error).toBeUndefined();
		expect(bytes?.toString()).toBe(text);
		// Offsets into it refer to different bytes.
		expect(ranges.filter(Boolean).length).toBeLessThanOrEqual(1);
	});

	const encoded: Array<[string, Buffer]> = [
		['gzip', packed],
		['GZIP', packed],
		['x-gzip', packed],
		['br', brotliCompressSync(text)],
		['deflate', deflateSync(text)],
		['deflate', deflateRawSync(text)],
		['identity', Buffer.from(text)],
		['', Buffer.from(text)],
		['utf-8', Buffer.from(text)],
		['aws-chunked', Buffer.from(text)],
		['gzip, gzip', gzipSync(packed)],
		['gzip,aws-chunked', packed],
		['zstd', Buffer.from('(\xb5/\xfd and so on'.repeat(99), 'latin1')],
		['compress', Buffer.from('\x1f\x9d and so on'.repeat(99), 'latin1')],
		['gzip', Buffer.from(text)],
		['base64', Buffer.from(Buffer.from(text).toString('base64'))],
		['rot13', Buffer.from('g0,1')],
	];
	test.each(encoded)(
		'F5 stored as %s: its content whole, or an error that names it',
		async (...of) => {
			const [encoding, body] = of;
			for (const size of [body.length, null]) {
				answer = (response) =>
					response
						.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length })
						.end(body);
				const { bytes, said, error } = await download(size);
				if (error === undefined) expect(bytes?.toString()).toBe(text);
				else
					expect(said).toMatch(
						/^File .* could not be downloaded: the storage (says that it is compressed|sends it encoded)/,
					);
				const isWhole =
					!/, gzip|zstd|compress|base64|rot13|,aws/.test(encoding) && body.length !== 0;
				if (isWhole && body !== encoded[14]![1]) expect(error).toBeUndefined();
			}
		},
		60_000,
	);

	test('F5 a size that is neither is an error', async () => {
		answer = send;
		expect((await download(packed.length + 1)).said).toMatch(/instead of the \d+ that the service/);
	});
});

describe('F9 a transfer that goes on after a break', () => {
	const total = FILE.length;

	test.each<[string, (place: number) => Record<string, string | undefined>]>([
		['without Content-Range', () => ({})],
		[
			'with another place',
			(place) => ({ 'content-range': `bytes ${place + 1}-${total - 1}/${total}` }),
		],
		[
			'with a range that cannot be',
			(place) => ({ 'content-range': `bytes ${place}-${total}/${total}` }),
		],
	])('F9 a 206 %s is not believed: the whole file is asked for again', async (_, headers) => {
		answer = (response, range, request) => {
			if (request === 1) return cutAt(response, 1_000);
			const place = placeIn(range);
			if (Number.isNaN(place)) return response.writeHead(200).end(FILE);
			return part(response, place, headers(place));
		};
		const { bytes, error } = await download(null);
		expect(error).toBeUndefined();
		expect(bytes?.equals(FILE)).toBe(true);
		expect(ranges.slice(0, 3)).toEqual(['', expect.stringMatching(/^bytes=9\d\d-$/), '']);
	});

	test('F9 a storage that never says which part it sends is an error', async () => {
		answer = (response, _, request) =>
			request === 1 ? cutAt(response, 1_000) : part(response, 936, {});
		const { bytes, said } = await download(null);
		expect(bytes).toBeUndefined();
		expect(said).toMatch(/part of it without saying which/);
	});

	test('F9 a part in answer to a request for the whole is an error, or the file when it is all', async () => {
		answer = (response) => part(response, 0, { 'content-range': `bytes 0-${total - 1}/${total}` });
		expect((await download(null)).bytes?.equals(FILE)).toBe(true);
		answer = (response) => part(response, 0, {});
		expect((await download(null)).said).toMatch(/part of it without saying which/);
	});

	test('F9 parts that end before the file does are followed by the next', async () => {
		answer = (response, range) => {
			const from = placeIn(range) || 0;
			const end = Math.min(from + 100_000, total);
			response.writeHead(206, { 'content-range': `bytes ${from}-${end - 1}/${total}` });
			response.end(FILE.subarray(from, end));
		};
		const { bytes, error } = await download(null);
		expect(error).toBeUndefined();
		expect(bytes?.equals(FILE)).toBe(true);
	});

	test('F9 a connection that breaks behind the last byte', async () => {
		answer = (response, range, request) => {
			if (request === 1) return cutAt(response, total);
			const from = placeIn(range);
			return part(response, from, { 'content-range': `bytes ${from}-${total - 1}/${total}` });
		};
		const { bytes, error } = await download(null);
		expect(error).toBeUndefined();
		expect(bytes?.equals(FILE)).toBe(true);
	});

	test('F9 a storage that says 416 for bytes that it has sent', async () => {
		answer = (response, range) => {
			if (range === '') return cutAt(response, 1_000);
			return response.writeHead(416, { 'content-range': 'bytes */1000' }).end();
		};
		const { said, bytes } = await download(null);
		expect(bytes).toBeUndefined();
		expect(said).toContain('it changed in the storage');
	});

	test('F9 a range that holds bytes of another place is noticed', async () => {
		answer = (response, range, request) => {
			if (request === 1) return cutAt(response, 1_000);
			const place = placeIn(range);
			if (Number.isNaN(place)) return response.writeHead(200).end(FILE);
			const headers = { 'content-range': `bytes ${place}-${total - 1}/${total}` };
			response.writeHead(206, headers);
			return response.end(Buffer.concat([Buffer.alloc(10), FILE.subarray(place, total - 10)]));
		};
		const { bytes, error } = await download(null);
		expect(error).toBeUndefined();
		expect(bytes?.equals(FILE)).toBe(true);
	});

	test('F9 a file that got shorter meanwhile is fetched anew, and never mixed', async () => {
		const now = Buffer.alloc(500, 'n');
		answer = (response, _, request) => {
			if (request === 1) return cutAt(response, 1_000);
			return response.writeHead(200).end(now);
		};
		const { bytes, error } = await download(null);
		expect(error).toBeUndefined();
		expect(bytes?.equals(now)).toBe(true);
	});

	test('F9 a storage that has less than the service counts, and says so twice, is not asked again', async () => {
		answer = (response) =>
			response.writeHead(200, { 'content-length': '1000' }).end(FILE.subarray(0, 1_000));
		const { said, bytes } = await download(total);
		expect(bytes).toBeUndefined();
		expect(said).toContain(`1000 bytes arrived instead of ${total}`);
		expect(ranges).toHaveLength(2);
	});

	test('F9 a range that goes to the end, of a file whose size nobody says, is asked for once more', async () => {
		answer = (response, range, request) => {
			if (request === 1) return cutAt(response, 1_000);
			const from = placeIn(range);
			return part(response, from, { 'content-range': `bytes ${from}-${total - 1}/*` });
		};
		const { bytes, error } = await download(null);
		expect(error).toBeUndefined();
		expect(bytes?.equals(FILE)).toBe(true);
		expect(ranges).toHaveLength(3);
	});

	test.each([300, 304])('F9 a %d that leads nowhere is no endless redirect', async (status) => {
		answer = (response) => response.writeHead(status).end();
		expect((await download(null)).said).toContain(`HTTP ${status}, and no web address to go on to`);
	});

	test('F9 a storage that has more of it from time to time is asked until all is there', async () => {
		answer = (response, _, request) => {
			const length = Math.min(request * 100_000, total);
			response.writeHead(200, { 'content-length': String(length) }).end(FILE.subarray(0, length));
		};
		const { bytes, error } = await download(total);
		expect(error).toBeUndefined();
		expect(bytes?.equals(FILE)).toBe(true);
	});

	test('F9 no content is an empty file, where the service counts none', async () => {
		answer = (response) => response.writeHead(204).end();
		expect((await download(0)).bytes?.length).toBe(0);
		expect((await download(5)).said).toContain('0 bytes arrived instead of 5');
	});

	test('F9 a 202 is no file', async () => {
		answer = (response) => response.writeHead(202).end('in preparation');
		expect((await download(null)).said).toContain('HTTP 202');
	});
});

test.each([404, 410])("a storage's %d is not an expired link", async (status) => {
	answer = (response) => response.writeHead(status).end('<Error><Code>NoSuchKey</Code></Error>');
	const { error, said } = await download(null);
	expect(said).toContain(`the storage does not have it (HTTP ${status})`);
	expect(error?.description).not.toContain('expire');
	expect(ranges).toHaveLength(1);
});
