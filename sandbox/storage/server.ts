import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MICROS_PER_MS } from '../clock';
import { ServiceError, storageErrorBody } from '../errors';
import { makeServer } from '../http/server';
import { randomId } from '../ids';
import type { Service } from '../service';
import type { Refusal } from './links';
import { readRange } from './range';

const ONE_MECHANISM_ONLY: Refusal = {
	status: 400,
	code: 'InvalidArgument',
	message:
		'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
};

/** Returns the storage origin: it serves presigned links the way S3 does. */
export function makeStorageServer(service: Service): FastifyInstance {
	const app = makeServer(service, 'storage', (url) => pathOf(url));

	app.addHook('onRequest', async (request, reply) => {
		const refusal =
			request.headers.authorization === undefined
				? service.links.check(request.method, request.url)
				: ONE_MECHANISM_ONLY;
		if (refusal) return refuse(reply, refusal);
	});
	app.setErrorHandler((error: ServiceError | (Error & { statusCode?: number }), _request, reply) =>
		refuse(reply, {
			status: error instanceof ServiceError ? error.status : (error.statusCode ?? 500),
			code: error instanceof ServiceError ? 'AccessDenied' : 'InternalError',
			message: error.message,
		}),
	);
	// Parts may have any content type or none, and are stored unchanged.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
	app.put<PartPath>('/uploads/:upload_id/:part', (request, reply) =>
		takePart(service, request, reply),
	);
	app.get('/*', (request, reply) => sendObject(service, request, reply));
	return app;
}

interface PartPath {
	Params: { upload_id: string; part: string };
	Body: Readable | undefined;
}

/** Stores a part of an upload; its ETag is the token that the API expects. */
async function takePart(
	service: Service,
	{ params, body }: FastifyRequest<PartPath>,
	reply: FastifyReply,
) {
	const upload = service.uploads.get(params.upload_id);
	if (upload?.state !== 'open') {
		return refuse(reply, {
			status: 404,
			code: 'NoSuchUpload',
			message: 'The specified upload does not exist. It may have been aborted or completed.',
		});
	}
	const number = Number(params.part);
	const { id, bytes, md5 } = await service.blobs.write(body ?? Readable.from([]));
	const replaced = upload.parts.get(number);
	if (replaced) void service.blobs.delete(replaced.blob);
	upload.parts.set(number, { blob: id, bytes, md5, isCheckpointed: false });
	service.changed();
	return reply.code(200).header('etag', `"${md5}"`).send();
}

async function sendObject(service: Service, request: FastifyRequest, reply: FastifyReply) {
	const object = service.objects.find(keyOf(request.url));
	if (!object) {
		return refuse(reply, {
			status: 404,
			code: 'NoSuchKey',
			message: 'The specified key does not exist.',
		});
	}
	const etag = `"${await object.etag()}"`;
	if (request.headers['if-match'] && request.headers['if-match'] !== etag) {
		return refuse(reply, {
			status: 412,
			code: 'PreconditionFailed',
			message: 'At least one of the pre-conditions you specified did not hold',
		});
	}
	const range = readRange(request.headers.range, object.bytes);
	if (range === 'unsatisfiable') {
		reply.header('content-range', `bytes */${object.bytes}`);
		return refuse(reply, {
			status: 416,
			code: 'InvalidRange',
			message: 'The requested range is not satisfiable',
		});
	}
	const { from, to } = range ?? { from: 0, to: object.bytes };
	if (range) reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${object.bytes}`);
	return reply
		.headers({
			'accept-ranges': 'bytes',
			etag,
			'last-modified': new Date(object.modifiedAt / MICROS_PER_MS).toUTCString(),
			'content-length': to - from,
			'x-amz-request-id': randomId('req'),
		})
		.type(object.contentType)
		.send(object.read(from, to));
}

function refuse(reply: FastifyReply, { status, code, message }: Refusal) {
	const { contentType, body } = storageErrorBody(code, message);
	return reply.code(status).type(contentType).send(body);
}

/** The key's segments: a slash within a name is escaped in the path. */
function keyOf(url: string): string[] {
	return pathOf(url).slice(1).split('/').map(decodeURIComponent);
}

function pathOf(url: string): string {
	return url.split('?', 1)[0]!;
}
