import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import pLimit from 'p-limit';
import { Agent, request } from 'undici';

import { CONCURRENCY, type Client } from './client';
import { listOutputs } from './list';
import { outputFolder } from './outputFolder';

/** The upper bound: undici on keep-alive connections, straight to disk, with no checks. */
export const undici: Client = {
	async fetch(job) {
		const dispatcher = new Agent({ connections: CONCURRENCY });
		const outputs = await listOutputs(
			job,
			async (url, headers) => await (await request(url, { dispatcher, headers })).body.json(),
		);
		const folder = outputFolder();
		const atOnce = pLimit(CONCURRENCY);
		const sizes = outputs.map(({ data }, index) =>
			atOnce(async () => {
				const { body } = await request(data.ref, { dispatcher });
				const file = createWriteStream(join(folder, `${index}_${data.filename}`));
				await pipeline(body, file);
				return file.bytesWritten;
			}),
		);
		const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
		await dispatcher.close();
		return { files: outputs.length, bytes };
	},
};
