import { createHash } from 'node:crypto';
import { NodeOperationError } from 'n8n-workflow';
import type { NodeApiError } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../client';
import { isConflict, isGone, reworded } from '../errors';
import { markedName } from '../fileName';
import type { Semaphore } from '../semaphore';
import { deleteStoredFile, readStoredFile } from '../storedFiles';
import type { StoredFile } from '../storedFiles';
import { isForPartsOnly } from './contentType';
import { subjectOf } from './file';
import type { LocalFile, TakenFile } from './file';
import { uploadInParts } from './parts';
import { MOST_SIMPLE_BYTES, uploadSimply } from './simple';

/** What to do when the service has a file of the name. */
export type IfExists = 'fail' | 'keepBoth' | 'replace' | 'skip';

export interface Upload {
	file: TakenFile;
	/** Whether bytes were sent: false for a file that was already there. */
	isSent: boolean;
	/** Whether it resumed an earlier upload. */
	isResumed: boolean;
}

/**
 * Uploads a file, in one request or in parts, with the same outcome if the name is taken: a single request
 * alone would replace the file, and parts would be refused.
 *
 * @throws NodeApiError or NodeOperationError that names the file.
 */
export async function uploadFile(
	client: ArchetypeAiClient,
	file: LocalFile,
	ifExists: IfExists,
	connections: Semaphore,
): Promise<Upload> {
	if (ifExists === 'replace') return await replace(client, file, connections);
	const there = await findStored(client, file.name);
	if (there === undefined) return await send(client, file, connections);
	if (ifExists === 'skip') return sameAs(client, file, there);
	if (ifExists === 'fail') throw nameTaken(client, file, there);

	return await uploadFile(client, await namedByContent(file), 'skip', connections);
}

/** The file, renamed by a hash of its content: the same content always gets the same name. */
export async function namedByContent(file: LocalFile): Promise<LocalFile> {
	const digest = createHash('sha256');
	for await (const chunk of (await file.source.open(0)).chunks) digest.update(chunk);
	return { ...file, name: markedName(file.name, `_${digest.digest('hex').slice(0, 12)}`) };
}

async function send(
	client: ArchetypeAiClient,
	file: LocalFile,
	connections: Semaphore,
): Promise<Upload> {
	const { type, source } = file;
	if (source.bytes <= MOST_SIMPLE_BYTES && !isForPartsOnly(type)) {
		const leave = await connections.enter(client.limits.signal);
		const taken = await uploadSimply(client, file).finally(leave);
		return { file: taken, isSent: true, isResumed: false };
	}
	const { taken, isResumed } = await uploadInParts(client, file, connections).catch(
		(error: NodeApiError) => {
			if (!isConflict(error)) throw error;
			throw reworded(error, takenMessage(file), TAKEN_ADVICE);
		},
	);
	return { file: taken, isSent: true, isResumed };
}

/** In parts, the service refuses a name that is taken: its file is deleted first. */
async function replace(
	client: ArchetypeAiClient,
	file: LocalFile,
	connections: Semaphore,
): Promise<Upload> {
	return await send(client, file, connections).catch(async (error: Error) => {
		const isTaken = isConflict(error) && (await findStored(client, file.name)) !== undefined;
		if (!isTaken) throw error;
		await deleteStoredFile(client, file.name);
		return await send(client, file, connections);
	});
}

/** The file that the service has under a name; undefined when there is none, or it is incomplete. */
async function findStored(
	client: ArchetypeAiClient,
	name: string,
): Promise<StoredFile | undefined> {
	const stored = await readStoredFile(client, name).catch((error: NodeApiError) => {
		// Some services report a missing file as not valid.
		if (isGone(error) || error instanceof NodeOperationError) return undefined;
		throw error;
	});
	const isHalf = /uploading|deleted/i.test(stored?.file_status ?? '');
	return isHalf ? undefined : stored;
}

/** @throws NodeOperationError when the existing file has another size. */
function sameAs(client: ArchetypeAiClient, file: LocalFile, there: StoredFile): Upload {
	const { bytes } = file.source;
	if (there.num_bytes === bytes) {
		return { file: there as TakenFile, isSent: false, isResumed: false };
	}
	throw client.usageError(
		`${subjectOf(file)} exists already, with ${there.num_bytes ?? 'an unknown number of'} bytes in place of ${bytes}`,
		'It is another file of the same name. Choose another File Name, or what to do If File Exists.',
	);
}

const takenMessage = (file: LocalFile): string => `${subjectOf(file)} exists already`;
const TAKEN_ADVICE =
	'Nothing was changed. Choose another File Name in the options, or what to do If File Exists.';

const nameTaken = (
	client: ArchetypeAiClient,
	file: LocalFile,
	{ num_bytes }: StoredFile,
): NodeOperationError =>
	client.usageError(
		`${takenMessage(file)}${typeof num_bytes === 'number' ? `, with ${num_bytes} bytes` : ''}`,
		TAKEN_ADVICE,
	);
