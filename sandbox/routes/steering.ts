import type { FastifyInstance } from 'fastify';
import type { OutputRequest } from '../adding-outputs';
import type { FaultRequest } from '../http/faults';
import { withoutSecrets } from '../http/mask';
import type { BehaviourRequest } from '../options';
import type { SeedRequest } from '../seeding';
import type { ClockRequest, StatusRequest, Steer } from '../steer';
import type { JobPath } from './jobs';

/**
 * The steering over HTTP: the bodies are the arguments of `steer`, which checks them. Responses
 * contain no secrets.
 */
export function steeringRoutes(app: FastifyInstance, steer: Steer) {
	const apiKey = () => steer.options().apiKey;
	const masked = (value: unknown) => withoutSecrets(value, apiKey());
	const options = (request: BehaviourRequest) =>
		masked({ ...steer.options(request), apiKey: undefined });

	app.post('/seed', async ({ body }) => steer.seed((body ?? {}) as SeedRequest));
	app.post('/clock', async ({ body }) => steer.clock((body ?? {}) as ClockRequest));
	app.post('/faults', async ({ body }) => masked(steer.faults((body ?? []) as FaultRequest[])));
	app.get('/faults', async () => masked(steer.faults()));
	app.delete<{ Params: { id: string } }>('/faults/:id', async ({ params }) =>
		steer.removeFault(Number(params.id)),
	);
	app.post('/options', async ({ body }) => options((body ?? {}) as BehaviourRequest));
	app.get('/options', async () => options({}));
	app.post<JobPath>('/jobs/:id/status', async ({ params, body }) =>
		steer.setJobStatus(params.id, body as StatusRequest),
	);
	app.post<JobPath>('/jobs/:id/outputs', async ({ params, body }) =>
		steer.addOutputs(params.id, body as OutputRequest[]),
	);
	app.delete<JobPath>('/jobs/:id', async ({ params }) => steer.deleteJob(params.id));
	app.get('/stats', async () => masked(steer.stats()));
	app.get<{ Querystring: { count?: string } }>('/requests', async ({ query }) =>
		masked(steer.requests(query.count === undefined ? undefined : Number(query.count))),
	);
	app.post('/reset', async ({ body }) => {
		steer.reset(body ?? {});
		return { reset: true };
	});
}
