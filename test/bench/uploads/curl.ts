import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

interface Part {
	part_number: number;
	url: string;
	offset: number;
	length: number;
}

/** Connections, as many as the node uses for one file. */
const CONNECTIONS = 4;
const MIB = 2 ** 20;

/**
 * The same upload with curl: the parts are already on disk, as separate files. Returns the ms from
 * the first request to the last reply.
 */
export async function uploadByCurl(
	{ url, apiKey }: { url: string; apiKey: string },
	{ name, bytes }: { name: string; bytes: number },
): Promise<number> {
	const folder = await mkdtemp(join(tmpdir(), 'curl-'));
	const post = async <Reply>(path: string, body: object): Promise<Reply> => {
		const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
		const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
		if (!reply.ok) throw new Error(`${path}: HTTP ${reply.status}`);
		return (await reply.json()) as Reply;
	};
	try {
		const asked = { filename: name, file_type: 'text/csv', num_bytes: bytes };
		const source = join(folder, 'source');
		await writeZeros(source, bytes);
		const start = performance.now();
		type Started = { upload_id: string; parts: Part[] };
		const { upload_id, parts } = await post<Started>('/files/uploads/initiate', asked);
		const prepared = performance.now();
		const requests = await Promise.all(
			parts.map(async ({ part_number, url: link, length }) => {
				const file = join(folder, String(part_number));
				await writeZeros(file, length);
				return { file, link, headers: join(folder, `${part_number}.headers`), part_number };
			}),
		);
		const preparing = performance.now() - prepared;
		const args = requests.flatMap(({ file, link, headers }, at) => [
			...(at > 0 ? ['--next'] : []),
			...['--silent', '--show-error', '--fail', '-H', 'Expect:', '-o', '/dev/null'],
			...['-D', headers, '-T', file, link],
		]);
		await execa('curl', ['--parallel', '--parallel-max', String(CONNECTIONS), ...args]);
		const tokens = await Promise.all(
			requests.map(async ({ part_number, headers }) => {
				let text = '';
				for await (const chunk of createReadStream(headers)) text += String(chunk);
				return { part_number, part_token: /^etag: "?([^"\r\n]+)/im.exec(text)![1]! };
			}),
		);
		await post(`/files/uploads/${upload_id}/complete`, { parts: tokens });
		return performance.now() - start - preparing;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function writeZeros(file: string, bytes: number): Promise<void> {
	const handle = await open(file, 'w');
	try {
		for (let at = 0; at < bytes; at += MIB) {
			await handle.write(Buffer.alloc(Math.min(MIB, bytes - at)));
		}
	} finally {
		await handle.close();
	}
}
