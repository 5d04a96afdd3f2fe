import type { FastifyInstance } from 'fastify';
import { envelopeOf } from '../errors';
import { guardSteering } from '../http/guard';
import { answerErrors, makeServer, takeEmptyBodies } from '../http/server';
import { pageDataRoutes } from '../page/data';
import { pageRoute } from '../page/route';
import type { Service } from '../service';
import type { Steer } from '../steer';
import { downloadRoutes } from './downloads';
import { fileRoutes } from './files';
import { jobContentsRoutes } from './job-contents';
import { jobRoutes } from './jobs';
import { registryRoutes } from './registry';
import { s3Routes } from './s3';
import { steeringRoutes } from './steering';
import { uploadRoutes } from './uploads';

/** Path prefix of the service's endpoints. */
export const API_PREFIX = '/v0.5';
const STEERING_PREFIX = '/_sandbox';

/** Returns the API's origin: the service under `/v0.5`, the steering under `/_sandbox`. */
export function makeApiServer(service: Service, steer: Steer): FastifyInstance {
	const app = makeServer(service, 'api', (url) =>
		url.startsWith(STEERING_PREFIX) || url === '/'
			? undefined
			: url.split('?', 1)[0]!.replace(API_PREFIX, ''),
	);
	answerErrors(app);
	takeEmptyBodies(app);
	pageRoute(app);
	app.register(
		async (api) => {
			api.addHook('onRequest', async (request, reply) => {
				if (request.headers.authorization === `Bearer ${service.behaviour.apiKey}`) return;
				const { contentType, body } = envelopeOf(service.behaviour.authEnvelope, {
					status: 401,
					code: 'unauthorized',
					message: 'Invalid or missing API key',
				});
				return reply.code(401).type(contentType).send(body);
			});
			// Reads change nothing; the engine reports what jobs do on their own.
			api.addHook('onResponse', async ({ method }) => {
				if (method !== 'GET') service.changed();
			});
			jobRoutes(api, service);
			jobContentsRoutes(api, service);
			registryRoutes(api, service);
			fileRoutes(api, service);
			downloadRoutes(api, service);
			uploadRoutes(api, service);
			s3Routes(api);
		},
		{ prefix: API_PREFIX },
	);
	app.register(
		async (steering) => {
			guardSteering(steering, () => service.behaviour.apiKey);
			steeringRoutes(steering, steer);
			pageDataRoutes(steering, service);
		},
		{ prefix: STEERING_PREFIX },
	);
	return app;
}
