import type { IDataObject, NodeApiError } from 'n8n-workflow';
import { z } from 'zod';

import type { ArchetypeAiClient } from '../client';
import { sizeSchema } from '../dataRef';
import { isConflict } from '../errors';
import { countSchema, rowSchema, timestampSchema } from '../row';
import { readStoredFile } from '../storedFiles';
import { subjectOf } from './file';
import type { LocalFile, TakenFile } from './file';

/** A range of a file, and the link that accepts its bytes. */
const partSchema = z
	.object({
		part_number: z.number().int(),
		url: z.string().max(65_536),
		offset: countSchema,
		length: countSchema,
		expires_at: timestampSchema,
	})
	.passthrough();

export type Part = z.infer<typeof partSchema>;

const startedSchema = rowSchema({
	upload_id: z.string().min(1).max(1_000),
	parts: z.array(partSchema).max(100_000),
	integrity_algorithm: z.string().nullish(),
	is_resume: z.boolean().nullish(),
});

const completedSchema = rowSchema({
	file_name: z.string().nullish(),
	file_uid: z.string().nullish(),
	num_bytes: sizeSchema.nullish(),
	file_status: z.string().nullish(),
});

/** A part that has arrived, with the ETag from the storage. */
export interface PartToken extends IDataObject {
	part_number: number;
	part_token: string;
}

/** An upload in parts, as the service keeps it: `/files/uploads/{upload_id}`. */
export class UploadSession {
	/** Those that have not arrived yet, in the order of the file. */
	readonly parts: Part[];

	private constructor(
		private readonly client: ArchetypeAiClient,
		private readonly file: LocalFile,
		private readonly started: z.infer<typeof startedSchema>,
	) {
		this.parts = [...started.parts].sort((a, b) => a.offset - b.offset);
	}

	/**
	 * `POST /files/uploads/initiate`. Resumes an earlier upload of the same name, type and size: only the missing
	 * parts are left.
	 *
	 * @throws NodeApiError; a conflict when a file of this name exists.
	 */
	static async begin(client: ArchetypeAiClient, file: LocalFile): Promise<UploadSession> {
		const { name, type, source } = file;
		const initiate = async (resumes: boolean) =>
			await client.request(
				{
					...{ method: 'POST', path: '/files/uploads/initiate', verb: 'uploaded' },
					subject: subjectOf(file),
					body: {
						...{ filename: name, file_type: type, num_bytes: source.bytes },
						resume_if_started: resumes,
					},
					isRepeatable: true,
				},
				startedSchema,
			);
		const started = await initiate(true).catch(async (error: Error) => {
			// Either the name is taken, or an upload of other content was started under it and never finished.
			if (!isConflict(error)) throw error;
			return await initiate(false);
		});
		return new UploadSession(client, file, started);
	}

	/** Whether an earlier upload is resumed. */
	get isResumed(): boolean {
		return this.started.is_resume === true;
	}

	/** Whether the service checks the whole file by its CRC-32C. */
	get hasChecksum(): boolean {
		return this.started.integrity_algorithm?.toLowerCase() === 'crc32c';
	}

	/** `POST …/parts/urls`: a part with a new link. */
	async renew({ part_number }: Part): Promise<Part> {
		const { parts } = await this.post(
			'parts/urls',
			{ part_numbers: [part_number] },
			rowSchema({ parts: z.array(partSchema).min(1) }),
		);
		return parts.find((part) => part.part_number === part_number) ?? parts[0]!;
	}

	/** `POST …/parts/checkpoint`: the part is never sent again. */
	async confirm(token: PartToken): Promise<void> {
		await this.post('parts/checkpoint', { parts: [token] }, z.unknown());
	}

	/**
	 * `POST …/complete`
	 *
	 * @throws NodeApiError when the service does not accept the file.
	 */
	async complete(tokens: PartToken[], checksum: string | undefined): Promise<TakenFile> {
		const { name, source } = this.file;
		const body = {
			parts: tokens,
			...(checksum !== undefined && { integrity_checksum: checksum }),
		};
		const { file_name, ...reply } = await this.post('complete', body, completedSchema).catch(
			async (error: NodeApiError) => {
				// Also the answer for a completed upload, when the first reply was lost.
				if (!isConflict(error)) throw error;
				const stored = await readStoredFile(this.client, name).catch(() => undefined);
				if (stored?.num_bytes !== source.bytes) throw error;
				return { file_name: stored.file_id, ...stored };
			},
		);
		return { ...reply, file_id: file_name ?? name };
	}

	/** `POST …/abort`: discards what has arrived. */
	async abort(): Promise<void> {
		await this.post('abort', {}, z.unknown());
	}

	private async post<Schema extends z.ZodTypeAny>(
		below: string,
		body: IDataObject,
		schema: Schema,
	): Promise<z.infer<Schema>> {
		const id = encodeURIComponent(this.started.upload_id);
		const path = `/files/uploads/${id}/${below}`;
		const subject = subjectOf(this.file);
		const request = { method: 'POST', path, subject, verb: 'uploaded', body } as const;
		return await this.client.request({ ...request, isRepeatable: true }, schema);
	}
}
