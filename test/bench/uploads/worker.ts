// A process in which the node uploads files from n8n's own store, in filesystem mode.
import { userFolder } from '../../engine/harness/userFolder';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { INodeExecutionData } from 'n8n-workflow';

import { credentialFor, runNode, storedFile } from '../../engine/harness';
import { measure } from '../measure';
import { answerQuestions } from '../worker';
import type { Upload, Uploaded } from './index';

const BLOCK = createHash('sha512').update('block').digest();
const MIB = 2 ** 20;

/** The same bytes for the same name, without holding the file in memory. */
function* contentOf(name: string, bytes: number): Generator<Buffer> {
	const block = Buffer.alloc(MIB, Buffer.concat([BLOCK, Buffer.from(name)]));
	for (let at = 0; at < bytes; at += MIB) {
		block.writeUInt32BE(at / MIB);
		yield Buffer.from(block.subarray(0, Math.min(MIB, bytes - at)));
	}
}

answerQuestions(async ({ url, apiKey, files, concurrency }: Upload): Promise<Uploaded> => {
	const items: INodeExecutionData[] = [];
	for (const { name, bytes } of files) {
		const content = Readable.from(contentOf(name, bytes), { objectMode: false });
		items.push({ json: {}, binary: { data: await storedFile(content, name) } });
	}
	const credential = credentialFor({ url, apiKey }, { allowInsecureHttp: true });
	const parameters = {
		...{ resource: 'file', operation: 'upload', binaryFields: 'data', ifExists: 'fail' },
		options: { maxConcurrentRequests: concurrency },
	};
	const { result, cost } = await measure(() => runNode(parameters, { credential, items }));
	if (result.error) throw result.error;
	const counted = result.items.reduce((sum, { json }) => sum + Number(json.num_bytes), 0);
	return { ...cost, bytes: counted };
}, userFolder);
