import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from './client';
import { sizeSchema } from './dataRef';
import { countSchema, rowSchema } from './row';
import { timeOf } from './time';

/** Seconds since 1970; the service documents no other form, and clients do not read it. */
const storageInfoSchema = rowSchema({
	num_files: countSchema,
	num_bytes: sizeSchema,
	num_ingested: countSchema.nullish(),
	last_updated: z.union([z.number(), z.string()]).nullish(),
});

export type StorageInfo = z.infer<typeof storageInfoSchema>;

/**
 * `GET /files/info`: how many uploaded files there are, and their total bytes.
 *
 * @throws NodeApiError when it cannot be read.
 */
export async function readStorageInfo(client: ArchetypeAiClient): Promise<StorageInfo> {
	const request = { path: '/files/info', subject: 'The storage information' };
	return await client.request(request, storageInfoSchema);
}

/** The totals, with the time of the last change in the service's usual format; null without one. */
export function storageInfoItem(info: StorageInfo): IDataObject {
	return { ...(info as IDataObject), last_updated_at: isoMicros(info.last_updated) };
}

/** The latest time JavaScript can represent. */
const LAST_MOMENT_MS = 8.64e15;

function isoMicros(time: StorageInfo['last_updated']): string | null {
	const micros = Math.round((typeof time === 'string' ? timeOf(time) / 1000 : (time ?? 0)) * 1e6);
	const ms = Math.floor(micros / 1000);
	if (!(micros > 0 && ms <= LAST_MOMENT_MS)) return null;
	const rest = String(micros - ms * 1000).padStart(3, '0');
	return new Date(ms).toISOString().replace('Z', `${rest}Z`);
}
