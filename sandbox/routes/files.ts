import { Readable } from 'node:stream';
import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MICROS_PER_MS } from '../clock';
import { ServiceError } from '../errors';
import { randomId } from '../ids';
import type { Service } from '../service';
import type { Blob } from '../store/blobs';
import type { StoredFile } from '../store/files';
import { attributesOf } from './file-attributes';
import { read } from './query';

/** The limit of `POST /files`; larger files are uploaded in parts. */
const MAX_BYTES = 512 * 1024 * 1024;
const LONGEST_NAME = 1024;
const MICROS_PER_SECOND = 1000 * MICROS_PER_MS;
const FORM_TYPES = [
	'image/jpeg',
	'image/png',
	'video/mp4',
	'text/plain',
	'text/csv',
	'application/json',
];
const BASE64_TYPES = FORM_TYPES.filter((type) => type !== 'video/mp4');

/** Types that multipart uploads accept. */
export const UPLOAD_TYPES = [...FORM_TYPES, 'application/x-ndjson'];

const metadataQuery = z.object({
	/** Which shard, counted from 0, or -1 for everything that fits. */
	shard_index: z.coerce.number().int().min(-1).default(-1),
	max_items_per_shard: z.coerce.number().int().min(-1).default(-1),
	file_type: z.string().optional(),
});

/** Path parameters of everything about one file. */
export interface FilePath {
	Params: { file_id: string };
}

/** Simple uploads, metadata and deletion, under `/files`. */
export function fileRoutes(app: FastifyInstance, service: Service) {
	void app.register(multipart, { limits: { fileSize: MAX_BYTES } });

	app.post('/files', async (request) => {
		const part = await partOf(request, FORM_TYPES);
		const file_id = checkName(part.filename);
		const blob = await takeIn(service, part, part.file);
		const file = storeFile(service, file_id, randomId('fil'), part.mimetype, blob);
		return { is_valid: true, file_id, file_uid: file.file_uid };
	});

	app.post('/files/base64', async (request) => {
		const part = await partOf(request, BASE64_TYPES);
		const file_id = checkName(part.filename);
		const blob = await takeIn(service, part, Readable.from(decoded(part.file)));
		const file = storeFile(service, file_id, randomId('fil'), part.mimetype, blob);
		return { is_valid: true, file_id, file_uid: file.file_uid };
	});

	app.get('/files/info', async () => {
		const files = service.files.all();
		const times = files.map(({ created_at }) => created_at);
		return {
			num_files: files.length,
			num_bytes: files.reduce((sum, { num_bytes }) => sum + num_bytes, 0),
			num_ingested: 0,
			last_updated: Math.max(...times, 0) / MICROS_PER_SECOND,
		};
	});

	app.get('/files/metadata', async (request) => {
		const { shard_index, max_items_per_shard, file_type } = read(metadataQuery, request.query);
		const { maxFiles, shards } = service.behaviour;
		const size = max_items_per_shard < 0 ? maxFiles : max_items_per_shard;
		const limit = Math.min(size, maxFiles);
		const from = Math.max(shard_index, 0) * (shards === 'asked' ? size : limit);
		const files = service.files.all().filter((file) => !file_type || file.file_type === file_type);
		const metadata: object[] = [];
		for (const file of files.slice(from, from + limit)) {
			metadata.push(await metadataOf(service, file));
		}
		return metadata;
	});

	app.get<FilePath>('/files/metadata/:file_id', async ({ params }) =>
		metadataOf(service, fileOf(service, params.file_id)),
	);

	app.delete<FilePath>('/files/delete/:file_id', async ({ params }) => {
		const { file_id, file_uid, blob } = fileOf(service, params.file_id);
		service.files.delete(file_id);
		void service.blobs.delete(blob);
		return { is_valid: true, file_id, file_uid };
	});
}

/** Stores a file under its name, replacing any earlier one. Returns the file. */
export function storeFile(
	service: Service,
	file_id: string,
	file_uid: string,
	file_type: string,
	blob: Blob,
): StoredFile {
	const { blobs, clock, files } = service;
	const { id, bytes: num_bytes, md5 } = blob;
	const file = { file_id, file_uid, file_type, num_bytes, blob: id, md5, created_at: clock.now() };
	const replaced = files.put(file);
	if (replaced) void blobs.delete(replaced.blob);
	return file;
}

/** Returns a file's name as stored, without folders. Throws 400 if it is not a valid name. */
export function checkName(filename: string): string {
	const name = filename.replace(/^.*[/\\]/s, '');
	if (/^\.*$/.test(name) || name.length > LONGEST_NAME) {
		throw new ServiceError(400, 'invalid_file_name', `"${filename}" is no file name`);
	}
	return name;
}

/** Throws 400 for a content type that is not among these. */
export function checkType(type: string, allowed: string[]) {
	if (allowed.includes(type)) return;
	// The service lists the JSONL type even where it does not accept it.
	const suggestion = `Supported types: ${UPLOAD_TYPES.join(', ')}`;
	throw new ServiceError(400, 'invalid_file_type', `Unsupported file type: ${type}`, suggestion);
}

/** Returns the 404 for a file that is not there. */
export function fileNotFound(name: string): ServiceError {
	return new ServiceError(404, 'file_not_found', `File not found: ${name}`);
}

function fileOf({ files }: Service, name: string): StoredFile {
	const file = files.get(name);
	if (!file) throw fileNotFound(name);
	return file;
}

async function metadataOf(service: Service, file: StoredFile) {
	return {
		file_id: file.file_id,
		file_uid: file.file_uid,
		is_valid: true,
		file_type: file.file_type,
		num_bytes: file.num_bytes,
		file_status: 'FILE_STATUS_REGISTERED',
		file_attributes: await attributesOf(service, file),
		ingested: false,
		file_index: null,
		file_tags: null,
	};
}

async function partOf(request: FastifyRequest, types: string[]): Promise<MultipartFile> {
	const part = request.isMultipart() ? await request.file() : undefined;
	if (!part) throw new ServiceError(400, 'missing_parameter', 'The form has no file');
	checkType(part.mimetype, types);
	return part;
}

/** Stores the bytes of a form's file. Throws 413 if it was cut off at the limit. */
async function takeIn(service: Service, part: MultipartFile, bytes: Readable): Promise<Blob> {
	const blob = await service.blobs.write(bytes);
	if (!part.file.truncated) return blob;
	await service.blobs.delete(blob.id);
	throw new ServiceError(413, 'invalid_file_size', `${part.filename} is larger than 512 MB`);
}

/** The bytes of a base64 text. Throws 400 when it is not base64. */
async function* decoded(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let rest = '';
	for await (const chunk of text) {
		rest += chunk.toString('latin1').replace(/\s+/g, '');
		const whole = rest.length - (rest.length % 4);
		yield fromBase64(rest.slice(0, whole));
		rest = rest.slice(whole);
	}
	if (rest !== '') yield fromBase64(rest);
}

function fromBase64(text: string): Buffer {
	if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
		throw new ServiceError(400, 'invalid_file', 'The file is no base64');
	}
	return Buffer.from(text, 'base64');
}
