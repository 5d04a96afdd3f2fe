// A file of its own: the first look at what is silent must be a hurried one already, and one that
// other downloads left behind would come half a minute later.
import type { FaultRequest } from '../../sandbox/http/faults';
import { useSandbox } from './harness';
import { expectFiles, listOutputs, runOnOutputs, seedJob } from './harness/outputs';

const service = useSandbox();

beforeAll(() => {
	const timeout = AbortSignal.timeout.bind(AbortSignal);
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 100));
});
afterAll(() => jest.restoreAllMocks());

test('a storage that falls silent is asked again', async () => {
	const id = seedJob(service, { outputs: 3, outputBytes: 20_000 });
	// A byte every two seconds, and seconds that pass a hundred times as fast.
	const slow: FaultRequest = { origin: 'storage', kind: 'slow', bytesPerSecond: 0.5 };
	service.steer.faults(slow);

	const run = await runOnOutputs(service, id, { operation: 'download', returnAll: true });

	const toStorage = service.steer.requests().filter(({ origin }) => origin === 'storage');
	expect(toStorage).toHaveLength(4);
	expect(service.steer.stats().storage.authorization_headers).toBe(0);
	await expectFiles(run, await listOutputs(service, id));
});
