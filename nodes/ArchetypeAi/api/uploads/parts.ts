import type { NodeApiError } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../client';
import { mapConcurrently } from '../concurrency';
import type { Semaphore } from '../semaphore';
import { Crc32c } from './crc32c';
import { isConflict } from '../errors';
import { uploadError } from './errors';
import { subjectOf } from './file';
import type { LocalFile, TakenFile } from './file';
import { sendRange } from './range';
import { UploadSession } from './session';
import type { Part, PartToken } from './session';

/** Parts of a file sent at the same time: each reads the file from the start to its offset. */
const MOST_AT_ONCE = 4;

/**
 * Uploads a file of any size in parts, each from n8n's store to its link, several at a time. Each part is
 * confirmed as soon as it has arrived, so that a run after a crash sends only what is missing. Fails unless
 * the service counts all bytes.
 *
 * @throws NodeApiError that names the file; a conflict when a file of this name exists.
 */
export async function uploadInParts(
	client: ArchetypeAiClient,
	file: LocalFile,
	connections: Semaphore,
): Promise<{ taken: TakenFile; isResumed: boolean }> {
	const session = await UploadSession.begin(client, file);
	const info = client.info({ path: '/files/uploads', subject: subjectOf(file) });
	const fail = (problem: string): NodeApiError => uploadError(info, problem);
	checkParts(session.parts, file.source.bytes, session.isResumed, fail);

	const unconfirmed: PartToken[] = [];
	const isOnlyOne = session.parts.length === 1 && !session.isResumed;
	const sendGroup = async (parts: Part[]) => {
		for await (const token of sendRange(client, session, file, parts, connections)) {
			const isConfirmed =
				!isOnlyOne &&
				(await session.confirm(token).then(
					() => true,
					() => false,
				));
			if (!isConfirmed) unconfirmed.push(token);
		}
	};
	const groups = inGroups(session.parts, MOST_AT_ONCE);
	await mapConcurrently(groups, groups.length, sendGroup, () => client.giveUp());
	const checksum = session.hasChecksum ? await checksumOf(file) : undefined;
	const taken = await session.complete(unconfirmed, checksum).catch(async (error: NodeApiError) => {
		// The name was taken meanwhile: no later run can continue this upload.
		if (isConflict(error)) await session.abort().catch(() => {});
		throw error;
	});
	const { bytes } = file.source;
	if ((taken.num_bytes ?? bytes) !== bytes) {
		throw fail(`the service has ${taken.num_bytes} bytes of its ${bytes}`);
	}
	const { file_status: status } = taken;
	if (/corrupt/i.test(status ?? '')) throw fail(`the service says that it is ${status}`);
	return { taken, isResumed: session.isResumed };
}

/** @throws the error that `fail` makes when the parts do not add up to the file. */
function checkParts(
	parts: Part[],
	bytes: number,
	isResumed: boolean,
	fail: (problem: string) => Error,
): void {
	let at = 0;
	for (const { offset, length } of parts) {
		const fits = isResumed ? offset >= at : offset === at;
		if (!fits || offset + length > bytes)
			throw fail('the service asks for parts that the file does not have');
		at = offset + length;
	}
	if (!isResumed && at !== bytes)
		throw fail(`the service asks for only ${at} of its ${bytes} bytes`);
}

/** Consecutive parts, in at most this many groups of about the same size. */
function inGroups(parts: Part[], most: number): Part[][] {
	const size = Math.ceil(parts.length / most);
	const groups: Part[][] = [];
	for (let at = 0; at < parts.length; at += size) groups.push(parts.slice(at, at + size));
	return groups;
}

async function checksumOf({ source }: LocalFile): Promise<string> {
	const crc = new Crc32c();
	for await (const chunk of (await source.open(0)).chunks) crc.update(chunk);
	return crc.base64();
}
