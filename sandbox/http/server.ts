import { setTimeout as delay } from 'node:timers/promises';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { clip, envelopeOf, ServiceError } from '../errors';
import type { Service } from '../service';
import { applyFaults } from './apply-faults';
import { guardFromWebPages } from './guard';
import type { Origin } from './traffic';

/** Request bodies above this size are refused with 413. */
const BODY_LIMIT = 2 * 1024 * 1024;

/**
 * Returns a server that rejects web pages, counts requests, and applies latency and faults.
 * `pathOf` returns the path to match faults against, or undefined for requests that are not
 * affected.
 */
export function makeServer(
	service: Service,
	origin: Origin,
	pathOf: (url: string) => string | undefined,
): FastifyInstance {
	const app = fastify({
		bodyLimit: BODY_LIMIT,
		forceCloseConnections: true,
		// File names can be long, and are part of the path.
		routerOptions: { maxParamLength: 2048 },
	});
	service.traffic.watch(app, origin, (url) => pathOf(url) !== undefined);
	guardFromWebPages(app, service.allowedHosts);
	app.addHook('onRequest', async (request) => {
		const { latencyMs } = service.behaviour;
		if (latencyMs > 0 && pathOf(request.url) !== undefined) await delay(latencyMs);
	});
	applyFaults(app, service.faults, origin, pathOf);
	return app;
}

/**
 * Accepts requests without a body whatever their content type, as the service does: many clients
 * send one with every POST. A body is JSON or, where a route says so, a form.
 */
export function takeEmptyBodies(app: FastifyInstance) {
	const parseJson = app.getDefaultJsonParser('error', 'error');
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
		if ((body as string).trim() === '') done(null, undefined);
		else void parseJson(request, body as string, done);
	});
	const refuse = async (request: FastifyRequest, body: string) => {
		if (body.trim() === '') return undefined;
		const type = request.headers['content-type'] ?? 'none';
		const message = `Content-Type ${type} is not supported; send application/json`;
		throw new ServiceError(415, 'unsupported_media_type', message);
	};
	app.removeContentTypeParser('text/plain');
	app.addContentTypeParser<string>('*', { parseAs: 'string' }, refuse);
}

/** Sends service errors and Fastify's own in the service's envelope. */
export function answerErrors(app: FastifyInstance) {
	app.setErrorHandler((error: FastifyError | ServiceError, _request, reply) => {
		const { contentType, body } = envelopeOf('errors', describe(error));
		return reply.code(describe(error).status).type(contentType).send(body);
	});
	app.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: 'Not Found' }));
}

function describe(error: FastifyError | ServiceError) {
	if (error instanceof ServiceError) return error;
	const status = error.statusCode ?? 500;
	const code =
		status === 413 ? 'payload_too_large' : status < 500 ? 'bad_request' : 'internal_error';
	return { status, code, message: clip(error.message) };
}
