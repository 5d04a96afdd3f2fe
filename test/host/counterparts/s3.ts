import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import S3rver from '@20minutes/s3rver';
import type { IDataObject } from 'n8n-workflow';

/** The server's only key pair; a wrong signature is refused. */
const KEY = 'S3RVER';

/** An S3-compatible object store with one bucket. */
export interface ObjectStore {
	/** The data of n8n's `s3` credential for it. */
	credential: IDataObject;
	/** All object keys, in alphabetical order. */
	keys(): Promise<string[]>;
	/** An object's bytes. */
	read(key: string): Promise<Buffer>;
	close(): Promise<void>;
}

/** Starts an S3-compatible server on a free port. */
export async function startObjectStore(bucket: string): Promise<ObjectStore> {
	const directory = await mkdtemp(join(tmpdir(), 'host-test-s3-'));
	const server = new S3rver({
		...{ address: '127.0.0.1', port: 0, silent: true, directory },
		configureBuckets: [{ name: bucket }],
	});
	const { port } = await server.run();
	const endpoint = `http://127.0.0.1:${port}`;
	const get = async (path: string): Promise<Buffer> => {
		const reply = await fetch(`${endpoint}/${bucket}${path}`);
		if (!reply.ok) throw new Error(`The object store answered ${path} with ${reply.status}`);
		return Buffer.from(await reply.arrayBuffer());
	};
	return {
		credential: {
			...{ endpoint, region: 'us-east-1', forcePathStyle: true, ignoreSSLIssues: false },
			...{ accessKeyId: KEY, secretAccessKey: KEY },
		},
		async keys() {
			const list = (await get('?list-type=2')).toString();
			return [...list.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key).sort();
		},
		read: (key) => get(`/${key}`),
		async close() {
			await server.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}
