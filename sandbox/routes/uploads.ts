import { Readable } from 'node:stream';
import { AwsCrc32c } from '@aws-crypto/crc32c';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isoMicros } from '../clock';
import { clip, ServiceError } from '../errors';
import { sliced } from '../engine/slices';
import { randomId } from '../ids';
import type { Service } from '../service';
import { partRange, type Upload } from '../store/uploads';
import { attributesOf } from './file-attributes';
import { checkName, checkType, storeFile, UPLOAD_TYPES } from './files';
import { read } from './query';
import { storageOrigin } from './render';

const MAX_BYTES = 250 * 1024 ** 3;
/** S3's maximum number of parts. */
const MOST_PARTS = 10_000;

const initiateBody = z.object({
	filename: z.string(),
	file_type: z.string(),
	num_bytes: z.number().int().positive().max(MAX_BYTES),
	resume_if_started: z.boolean().default(false),
});

const partNumber = z.number().int();
const urlsBody = z.object({ part_numbers: z.array(partNumber).min(1) });
const tokensBody = z.object({
	parts: z.array(z.object({ part_number: partNumber, part_token: z.string() })),
	integrity_checksum: z.string().optional(),
});

type Token = z.output<typeof tokensBody>['parts'][number];

interface UploadPath {
	Params: { upload_id: string };
}

/** Multipart uploads, under `/files/uploads`: bytes go to presigned links, one per part. */
export function uploadRoutes(app: FastifyInstance, service: Service) {
	app.post('/files/uploads/initiate', async (request) => {
		const asked = read(initiateBody, request.body);
		const filename = checkName(asked.filename);
		checkType(asked.file_type, UPLOAD_TYPES);
		checkFree(service, filename);
		const started = asked.resume_if_started ? service.uploads.findOpen(filename) : undefined;
		if (started && !isSame(started, asked)) {
			throw uploadConflict(`${filename} was begun with another type or size`);
		}
		const upload = started ?? addUpload(service, filename, asked);
		const parts = partNumbers(upload).filter((part) => !upload.parts.get(part)?.isCheckpointed);
		const links = parts.map((part) => partLink(service, request, upload, part));
		return {
			upload_id: upload.upload_id,
			file_uid: upload.file_uid,
			file_name: upload.filename,
			total_bytes: upload.num_bytes,
			num_parts: upload.num_parts,
			part_size: upload.part_size,
			strategy: upload.num_parts > 1 ? 'multipart' : 'simple',
			integrity_algorithm: upload.integrity_algorithm,
			is_resume: started !== undefined,
			expires_at: links[0]?.expires_at ?? null,
			parts: links,
		};
	});

	app.post<UploadPath>('/files/uploads/:upload_id/parts/urls', async (request) => {
		const upload = openUpload(service, request.params.upload_id);
		const { part_numbers } = read(urlsBody, request.body);
		for (const part of part_numbers) checkPart(upload, part);
		return { parts: part_numbers.map((part) => partLink(service, request, upload, part)) };
	});

	app.post<UploadPath>('/files/uploads/:upload_id/parts/checkpoint', async (request) => {
		const upload = openUpload(service, request.params.upload_id);
		const { parts } = read(tokensBody, request.body);
		checkpoint(upload, parts);
		return { num_checkpointed: parts.length };
	});

	app.post<UploadPath>('/files/uploads/:upload_id/complete', async (request) => {
		const upload = openUpload(service, request.params.upload_id);
		const { parts, integrity_checksum } = read(tokensBody, request.body);
		if (integrity_checksum !== undefined && upload.integrity_algorithm === 'none') {
			throw badPart('integrity_checksum is only taken when integrity_algorithm is crc32c');
		}
		checkpoint(upload, parts);
		const missing = partNumbers(upload).filter((part) => !upload.parts.get(part)?.isCheckpointed);
		if (missing.length > 0) throw badPart(`Parts ${missing.join(', ')} are missing`);
		checkFree(service, upload.filename);
		upload.state = 'complete';
		const crc = integrity_checksum === undefined ? undefined : new AwsCrc32c();
		const blob = await service.blobs.write(Readable.from(wholeFile(service, upload, crc)));
		const checksum = crc && Buffer.from(await crc.digest()).toString('base64');
		if (checksum !== integrity_checksum) {
			await service.blobs.delete(blob.id);
			// The parts are kept: they can be sent again, or the right checksum.
			upload.state = 'open';
			const message = `The file has the CRC32C ${checksum}, not ${clip(integrity_checksum!, 100)}`;
			throw new ServiceError(400, 'integrity_mismatch', message, 'Upload the file again');
		}
		const { filename, file_uid, file_type } = upload;
		const file = storeFile(service, filename, file_uid, file_type, blob);
		dropParts(service, upload);
		return {
			file_uid,
			file_name: filename,
			num_bytes: file.num_bytes,
			file_status: 'Registered',
			file_attributes: await attributesOf(service, file),
		};
	});

	app.post<UploadPath>('/files/uploads/:upload_id/abort', async (request, reply) => {
		const upload = openUpload(service, request.params.upload_id);
		upload.state = 'aborted';
		dropParts(service, upload);
		return reply.code(200).send();
	});
}

function addUpload(
	service: Service,
	filename: string,
	{ file_type, num_bytes }: z.output<typeof initiateBody>,
): Upload {
	const part_size = service.behaviour.partSize;
	if (num_bytes > part_size * MOST_PARTS) {
		throw new ServiceError(400, 'invalid_file_size', `${filename} needs more than 10,000 parts`);
	}
	const upload: Upload = {
		...{ upload_id: randomId('upl'), file_uid: randomId('fil') },
		...{ filename, file_type, num_bytes, part_size },
		num_parts: Math.ceil(num_bytes / part_size),
		integrity_algorithm: service.behaviour.integrityAlgorithm,
		state: 'open',
		created_at: service.clock.now(),
		parts: new Map(),
	};
	service.uploads.add(upload);
	return upload;
}

function isSame(upload: Upload, asked: { file_type: string; num_bytes: number }): boolean {
	return upload.file_type === asked.file_type && upload.num_bytes === asked.num_bytes;
}

function partLink(service: Service, request: FastifyRequest, upload: Upload, part: number) {
	const key = `uploads/${upload.upload_id}/${part}`;
	const { path, expiresAt } = service.links.sign('PUT', key, service.behaviour.linkTtlMs);
	return {
		part_number: part,
		url: `${storageOrigin(service, request)}${path}`,
		...partRange(upload, part),
		expires_at: isoMicros(expiresAt),
	};
}

/** Marks parts as confirmed. The token is the part's ETag, with or without its quotes. */
function checkpoint(upload: Upload, tokens: Token[]) {
	for (const { part_number, part_token } of tokens) {
		checkPart(upload, part_number);
		const part = upload.parts.get(part_number);
		if (part?.md5 !== part_token.replaceAll('"', '')) {
			throw badPart(`The token of part ${part_number} is not what its upload was answered with`);
		}
		const { length } = partRange(upload, part_number);
		if (part.bytes !== length) {
			throw badPart(`Part ${part_number} has ${part.bytes} bytes instead of ${length}`);
		}
	}
	for (const { part_number } of tokens) upload.parts.get(part_number)!.isCheckpointed = true;
}

/** The parts in order; the checksum is computed on the way if there is one to compare with. */
async function* wholeFile(
	service: Service,
	upload: Upload,
	crc: AwsCrc32c | undefined,
): AsyncGenerator<Buffer> {
	for (const part of partNumbers(upload)) {
		for await (const chunk of sliced(service.blobs.read(upload.parts.get(part)!.blob))) {
			crc?.update(chunk);
			yield chunk;
		}
	}
}

function dropParts({ blobs }: Service, upload: Upload) {
	for (const { blob } of upload.parts.values()) void blobs.delete(blob);
	upload.parts.clear();
}

function openUpload(service: Service, uploadId: string): Upload {
	const upload = service.uploads.get(uploadId);
	if (!upload || upload.state === 'aborted') {
		throw new ServiceError(404, 'upload_not_found', `Upload not found: ${uploadId}`);
	}
	if (upload.state === 'complete') throw uploadConflict(`${uploadId} is already complete`);
	return upload;
}

function checkFree({ files }: Service, filename: string) {
	if (files.get(filename)) throw uploadConflict(`File already exists: ${filename}`);
}

function checkPart({ num_parts }: Upload, part: number) {
	if (part < 1 || part > num_parts) throw badPart(`There is no part ${part} of ${num_parts}`);
}

function partNumbers({ num_parts }: Upload): number[] {
	return Array.from({ length: num_parts }, (_, index) => index + 1);
}

function badPart(message: string): ServiceError {
	return new ServiceError(400, 'invalid_part', message);
}

function uploadConflict(message: string): ServiceError {
	return new ServiceError(409, 'conflict', message, 'Use another file name');
}
