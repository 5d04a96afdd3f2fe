import { setTimeout as delay } from 'node:timers/promises';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { envelopeOf, ServiceError } from '../errors';
import type { Service } from '../service';
import { applyFaults } from './apply-faults';
import type { Origin } from './traffic';

/** Request bodies above this size are refused with 413. */
const BODY_LIMIT = 2 * 1024 * 1024;

/**
 * Returns a server that counts its requests, delays them by the latency and lets faults strike.
 * `pathOf` gives the path that faults are matched with, or undefined for what is left alone.
 */
export function makeServer(
	service: Service,
	origin: Origin,
	pathOf: (url: string) => string | undefined,
): FastifyInstance {
	const app = fastify({
		bodyLimit: BODY_LIMIT,
		forceCloseConnections: true,
		// File names may be long, and are part of the path.
		routerOptions: { maxParamLength: 2048 },
	});
	service.traffic.watch(app, origin, (url) => pathOf(url) !== undefined);
	app.addHook('onRequest', async (request) => {
		const { latencyMs } = service.behaviour;
		if (latencyMs > 0 && pathOf(request.url) !== undefined) await delay(latencyMs);
	});
	applyFaults(app, service.faults, origin, pathOf);
	return app;
}

/** Answers refusals and Fastify's own errors in the service's envelope. */
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
	return { status, code, message: error.message };
}
