import { z } from 'zod';

import type { ArchetypeAiClient } from '../client';
import { rowSchema } from '../row';
import { readStoredFile } from '../storedFiles';
import { gathered } from '../streams';
import { uploadError } from './errors';
import { subjectOf } from './file';
import type { LocalFile, TakenFile } from './file';
import { fileForm } from './form';

/** Files up to this size are sent in one request, held in memory; bytes. */
export const MOST_SIMPLE_BYTES = 4 * 1024 * 1024;

/** The slowest connection assumed, in bytes per millisecond. */
const SLOWEST_BYTES_PER_MS = 10;

const replySchema = rowSchema({
	is_valid: z.boolean().nullish(),
	file_id: z.string().nullish(),
	file_uid: z.string().nullish(),
});

/**
 * `POST /files`: a small file in one request. It silently replaces a file of the same name. Afterwards checks
 * how many bytes the service has.
 *
 * @throws NodeApiError when it is refused, or has not arrived whole.
 */
export async function uploadSimply(client: ArchetypeAiClient, file: LocalFile): Promise<TakenFile> {
	const { name, type, source } = file;
	const { chunks } = await source.open(0);
	const { contentType, body } = fileForm(name, type, await gathered(chunks));
	const request = {
		...({
			method: 'POST',
			path: '/files',
			subject: subjectOf(file),
			verb: 'uploaded',
			body,
		} as const),
		headers: { 'Content-Type': contentType },
		timeoutMs: 60_000 + Math.ceil(body.length / SLOWEST_BYTES_PER_MS),
		// The same bytes under the same name.
		isRepeatable: true,
	};
	const reply = await client.request(request, replySchema);
	const fail = (problem: string) => uploadError(client.info(request), problem);
	if (reply.is_valid === false) throw fail('the service says that it is not valid');
	const stored = await readStoredFile(client, reply.file_id ?? name);
	const counted = stored.num_bytes ?? source.bytes;
	if (counted !== source.bytes) {
		throw fail(`the service has ${counted} bytes of its ${source.bytes}`);
	}
	return { ...reply, file_id: reply.file_id ?? name, num_bytes: counted };
}
