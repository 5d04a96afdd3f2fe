import multipart from '@fastify/multipart';
import { parse } from 'csv-parse';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors';
import { randomId } from '../ids';
import type { Service } from '../service';
import type { StoredObject } from '../storage/objects';
import type { Blob } from '../store/blobs';
import type { StoredFile } from '../store/files';
import type { Job } from '../store/jobs';
import type { Output } from '../store/types';
import { outputKey, storageOrigin } from './render';

/** `POST /files` takes no more; larger files go up in parts. */
const MAX_BYTES = 512 * 1024 * 1024;
const FORM_TYPES = [
	'image/jpeg',
	'image/png',
	'video/mp4',
	'text/plain',
	'text/csv',
	'application/json',
];

/** Types that the upload in parts takes. */
export const UPLOAD_TYPES = [...FORM_TYPES, 'application/x-ndjson'];

interface FilePath {
	Params: { file_id: string };
}

/** `POST /files`, `GET /files/metadata/{file_id}`, `GET /files/download/{file_id}` */
export function fileRoutes(app: FastifyInstance, service: Service) {
	void app.register(multipart, { limits: { fileSize: MAX_BYTES } });

	app.post('/files', async (request) => {
		const part = request.isMultipart() ? await request.file() : undefined;
		if (!part) throw new ServiceError(400, 'missing_parameter', 'The form has no file');
		checkType(part.mimetype, FORM_TYPES);
		const file_id = checkName(part.filename);
		const blob = await service.blobs.write(part.file);
		if (part.file.truncated) {
			await service.blobs.delete(blob.id);
			throw new ServiceError(413, 'invalid_file_size', `${file_id} is larger than 512 MB`);
		}
		const file = storeFile(service, file_id, randomId('fil'), part.mimetype, blob);
		return { is_valid: true, file_id, file_uid: file.file_uid };
	});

	app.get<FilePath>('/files/metadata/:file_id', async (request) => {
		const file = service.files.get(request.params.file_id);
		if (!file) throw fileNotFound(request.params.file_id);
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
	});

	app.get<FilePath>('/files/download/:file_id', async (request, reply) => {
		const name = request.params.file_id;
		const file = service.files.get(name);
		if (file) return sendBytes(reply, service.objects.file(file));
		const found = findOutput(service, name);
		if (!found) throw fileNotFound(name);
		if (service.behaviour.refStyle !== 'redirect') {
			return sendBytes(reply, service.objects.output(found.output));
		}
		return reply.redirect(linkTo(service, request, found));
	});
}

/** Keeps a file under its name; one of the same name before it is gone then. Returns the file. */
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

/** Returns a file's name as it is kept, without folders. Throws 400 for one that is no name. */
export function checkName(filename: string): string {
	const name = filename.replace(/^.*[/\\]/s, '');
	if (/^\.*$/.test(name)) {
		throw new ServiceError(400, 'invalid_file_name', `"${filename}" is no file name`);
	}
	return name;
}

/** Throws 400 for a content type that is not among these. */
export function checkType(type: string, allowed: string[]) {
	if (!allowed.includes(type)) {
		const message = `File type ${type} is not supported; use one of ${allowed.join(', ')}`;
		throw new ServiceError(400, 'invalid_file_type', message);
	}
}

/** Returns what the service says about a file's content: rows and columns of a CSV. */
export async function attributesOf(service: Service, file: StoredFile): Promise<object> {
	if (file.file_type !== 'text/csv') return {};
	let column_headers: string[] | undefined;
	let num_rows = 0;
	const parser = parse({ bom: true, skip_empty_lines: true, relax_column_count: true });
	const records = service.blobs.read(file.blob).pipe(parser) as AsyncIterable<string[]>;
	try {
		for await (const record of records) {
			if (column_headers) num_rows++;
			else column_headers = record;
		}
	} catch {
		// Uploads are not looked into, so any bytes can come as text/csv.
		return {};
	}
	return { num_rows, num_columns: column_headers?.length ?? 0, column_headers };
}

function fileNotFound(name: string): ServiceError {
	return new ServiceError(404, 'file_not_found', `File not found: ${name}`);
}

interface FoundOutput {
	job: Job;
	output: Output;
}

/** An output's relative `ref` ends in `<job id>-<number>-<name>`. */
function findOutput(service: Service, name: string): FoundOutput | undefined {
	const [, jobId = '', number] = /^(job_\w+)-(\d+)-/.exec(name) ?? [];
	const job = service.jobs.find(jobId);
	const output = job && service.jobs.contents(job).output(Number(number));
	return output && { job, output };
}

function linkTo(service: Service, request: FastifyRequest, { job, output }: FoundOutput): string {
	const { path } = service.links.sign('GET', outputKey(job, output), service.behaviour.linkTtlMs);
	return `${storageOrigin(service, request)}${path}`;
}

function sendBytes(reply: FastifyReply, object: StoredObject) {
	return reply
		.header('content-length', object.bytes)
		.type('application/octet-stream')
		.send(object.read(0, object.bytes));
}
