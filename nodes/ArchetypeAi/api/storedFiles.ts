import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from './client';
import { LONGEST_NAME, sizeSchema } from './dataRef';
import { malformedRow } from './lists';
import { filePath } from './paths';
import { withoutSignatures } from './redact';
import { pick, rowSchema } from './row';
import { readStorageInfo } from './storageInfo';

const fileId = z.string().min(1).max(LONGEST_NAME);
const shape = {
	is_valid: z.boolean().nullish(),
	file_type: z.string().nullish(),
	num_bytes: sizeSchema.nullish(),
	file_status: z.string().nullish(),
};

/** An uploaded file, as `GET /files/metadata` lists it; its `file_id` is its name. */
export const storedFileSchema = rowSchema({ ...shape, file_id: fileId });

/** The same when requested by name; a reply that it is not valid may have no other field. */
const askedFileSchema = rowSchema({ ...shape, file_id: fileId.nullish() });

export type StoredFile = z.infer<typeof storedFileSchema>;

/** The most files in a reply, whatever is requested. */
const MOST_PER_REPLY = 1_000;

/**
 * `GET /files/metadata/{file_id}`: an uploaded file without its content.
 *
 * @throws NodeOperationError when the name is not valid, or the service says in a 2xx reply that there is
 * no such file; NodeApiError when it cannot be read.
 */
export async function readStoredFile(client: ArchetypeAiClient, name: string): Promise<StoredFile> {
	const request = { path: filePath(client, 'metadata', name), subject: `File "${name}"` };
	const reply = await client.request(request, askedFileSchema);
	if (reply.is_valid === false && (reply.num_bytes ?? null) === null) {
		throw client.usageError(
			`File "${name}" is not valid, as the service says`,
			'Check the name. The file may have been deleted, or its upload may not have ended.',
		);
	}
	return { ...reply, file_id: reply.file_id ?? name };
}

interface FileReading {
	/** Files needed; a few more may come. All by default. */
	wanted?: number;
	/** Called with what is wrong with each row that is left out. */
	onMalformed?: (problem: string) => void;
	/** Called when the service counts more files than it lists. */
	onMissing?: (counted: number, listed: number) => void;
}

/**
 * `GET /files/metadata`: all uploaded files, each once, one reply at a time. The list has no total and no
 * offset, only numbered shards, and how a server treats an unsupported shard size is not documented. So
 * `GET /files/info` says how many there are; if not all arrive, the shards are walked again in the size
 * that was served.
 *
 * @throws NodeApiError when it cannot be read.
 */
export async function* readStoredFiles(
	client: ArchetypeAiClient,
	{ wanted = Infinity, onMalformed, onMissing }: FileReading = {},
): AsyncGenerator<StoredFile[]> {
	// Only the list itself is needed: it also reports problems with the key or the service.
	const info = readStorageInfo(client).catch(() => undefined);
	const seen = new Set<string>();
	let size = Math.min(wanted + 1, MOST_PER_REPLY);
	for (const isSecondWalk of [false, true]) {
		let largest = 0;
		for (let shard = 0; ; shard++) {
			const rows = await readShard(client, shard, size);
			largest = Math.max(largest, rows.length);
			const added = rows.filter(({ key }) => !seen.has(key) && seen.add(key));
			for (const { problem } of added) if (problem !== undefined) onMalformed?.(problem);
			const files = added.flatMap(({ file }) => file ?? []);
			if (files.length > 0) yield files;

			// The second walk has already read its first shard.
			const isKnown = isSecondWalk && shard === 0 && rows.length > 0;
			const isCounted = seen.size >= ((await info)?.num_files ?? Infinity);
			if ((isCounted && rows.length < size) || (added.length === 0 && !isKnown)) break;
		}
		const counted = (await info)?.num_files ?? 0;
		if (seen.size >= counted) return;
		if (isSecondWalk || largest === 0 || largest >= size) onMissing?.(counted, seen.size);
		if (largest === 0 || largest >= size) return;
		size = largest;
	}
}

/** A file, or what is wrong with its row, with its identity. */
interface ShardRow {
	key: string;
	file?: StoredFile;
	problem?: string;
}

async function readShard(
	client: ArchetypeAiClient,
	shard: number,
	size: number,
): Promise<ShardRow[]> {
	const query = { shard_index: shard, max_items_per_shard: size };
	const request = { path: '/files/metadata', subject: 'The list of files', query };
	const rows = await client.request(request, z.array(z.unknown()));
	return rows.map((row, index) => {
		const parsed = storedFileSchema.safeParse(row);
		if (parsed.success) return { key: parsed.data.file_id, file: parsed.data };
		return malformedRow(row, index, 'files', parsed.error);
	});
}

/**
 * `DELETE /files/delete/{file_id}`; returns the reply. Its `is_valid` is false when nothing was deleted.
 *
 * @throws NodeOperationError when the name is not valid; NodeApiError, which says so when the request may
 * have had an effect.
 */
export async function deleteStoredFile(client: ArchetypeAiClient, name: string) {
	const path = filePath(client, 'delete', name);
	const subject = `File "${name}"`;
	const request = { method: 'DELETE', path, subject, verb: 'deleted' } as const;
	return await client.request(request, rowSchema({ is_valid: z.boolean().nullish() }));
}

/** The item for a file; links in user-supplied fields lose their signature. */
export const storedFileItem = (file: StoredFile, simplify: boolean): IDataObject =>
	withoutSignatures(
		simplify
			? pick([
					file,
					[
						...['file_id', 'file_uid', 'file_type', 'num_bytes', 'file_status', 'is_valid'],
						...['file_attributes', 'file_tags'],
					],
				])
			: (file as IDataObject),
	);
