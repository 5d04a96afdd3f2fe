import { setTimeout as delay } from 'node:timers/promises';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { FaultRequest } from '../../../sandbox/http/faults';
import { expectFiles, listOutputs, runOnOutputs } from './outputs';
import type { NodeRun } from './run';
import { useSandbox } from './useSandbox';

type Fault = Partial<FaultRequest> & Pick<FaultRequest, 'kind'>;

const HOUR_MS = 3_600_000;

/** A sandbox for download tests, each of which checks that the storage never saw the key. */
export function useDownloads() {
	const service = useSandbox();
	afterEach(() => expect(service.steer.stats().storage.authorization_headers).toBe(0));

	const fault = (request: Fault) => service.steer.faults(request as FaultRequest);
	const requestsTo = (origin: 'api' | 'storage') =>
		service.steer.requests().filter((request) => request.origin === origin);

	return {
		service,

		/** Downloads all outputs of a job. `settings`: n8n's own node settings, such as `onError`. */
		download: (
			jobId: string,
			parameters: INodeParameters = {},
			settings: Partial<INode> = {},
		): Promise<NodeRun> =>
			runOnOutputs(
				service,
				jobId,
				{ operation: 'download', returnAll: true, ...parameters },
				{ settings },
			),

		fault,
		faultInStorage: (request: Fault) => fault({ origin: 'storage', ...request }),
		faultInLists: (request: Fault) => fault({ path: '/batch/jobs/*/outputs', ...request }),

		requestsTo,
		/** The storage's replies, oldest first. */
		statuses: () => requestsTo('storage').map(({ status }) => status),
		listCalls: () => service.steer.stats().routes['api GET /batch/jobs/:id/outputs']?.requests,

		expireLinks: () => service.steer.clock({ advance: HOUR_MS }),

		/** Calls `act` once this many requests have been answered. */
		after: async (count: number, origin: 'api' | 'storage', act: () => unknown) => {
			while (service.steer.stats()[origin].requests < count) await delay(1);
			await act();
		},

		/** Resolves when no request is in flight any more. */
		noneOpen: async () => {
			const isOpen = () => {
				const { api, storage } = service.steer.stats();
				return api.concurrent.open + storage.concurrent.open > 0;
			};
			while (isOpen()) await delay(1);
		},

		/** Every file as the service has it, once there are no more faults. */
		expectAllFiles: async (run: NodeRun, jobId: string) => {
			expect(service.steer.stats().storage.authorization_headers).toBe(0);
			service.steer.reset({ only: ['faults'] });
			service.steer.options({ refStyle: 'presigned', numBytesOffset: 0 });
			await expectFiles(run, await listOutputs(service, jobId));
		},
	};
}
