import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { request } from 'undici';

import type { Client } from './client';
import { listOutputs } from './list';
import { outputFolder } from './outputFolder';

/**
 * In the style of the vendor's example: one file after the other, each held in memory and fetched
 * over its own connection.
 */
export const sequential: Client = {
	async fetch(job) {
		const folder = outputFolder();
		const outputs = await listOutputs(job);
		let bytes = 0;
		for (const [index, { data }] of outputs.entries()) {
			const { body } = await request(data.ref, { reset: true });
			const file = Buffer.from(await body.arrayBuffer());
			await writeFile(join(folder, `${index}_${data.filename}`), file);
			bytes += file.length;
		}
		return { files: outputs.length, bytes };
	},
};
