// In a file of its own: the first check for silence must already run on the accelerated clock; one
// left behind by other downloads would come half a minute later.
import { ClientRequest } from 'node:http';
import type { FaultRequest } from '../../sandbox/http/faults';
import { useDownloads } from './harness/downloads';
import { seedJob } from './harness/outputs';
import { useServer } from './harness/useServer';

const { service, download, faultInStorage, noneOpen, expectAllFiles } = useDownloads();

/** How much faster time passes for the node and for the host's own timeout. */
const HURRY = 30;

beforeAll(() => {
	const timeout = AbortSignal.timeout.bind(AbortSignal);
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / HURRY));
	const requests = ClientRequest.prototype;
	const setTimeout = Reflect.get(requests, 'setTimeout') as (...given: unknown[]) => ClientRequest;
	jest.spyOn(requests, 'setTimeout').mockImplementation(function (this: ClientRequest, ms, act) {
		return setTimeout.call(this, ms / HURRY, act);
	});
});
afterAll(() => jest.restoreAllMocks());

/** A byte every five seconds: two and a half minutes as far as the node can tell. */
const DRIPS = { kind: 'slow', bytesPerSecond: 0.2 } as const;
/** A minute and a half. */
const STARTS_LATE = { kind: 'latency', ms: 3_000 } as const;
const SAYS_NOTHING = { kind: 'stall' } as const;
const STOPS = { kind: 'stall', afterBytes: 700_000 } as const;

type Place = Pick<FaultRequest, 'origin' | 'path'>;
const LINK: Place = { origin: 'storage', path: '**' };
const API_PATH: Place = { origin: 'api', path: '/files/download/**' };

test.each([
	['starts late', 'a link', 'presigned', 20_000, { ...STARTS_LATE, ...LINK }],
	['starts late', 'the API', 'relative', 20_000, { ...STARTS_LATE, ...API_PATH }],
	['drips', 'a link', 'presigned', 20_000, { ...DRIPS, ...LINK }],
	['says nothing after its headers', 'a link', 'presigned', 20_000, { ...SAYS_NOTHING, ...LINK }],
	['stops in the middle', 'a link', 'presigned', 2_000_000, { ...STOPS, ...LINK }],
	[
		'says nothing after its headers',
		'the API',
		'relative',
		20_000,
		{ ...SAYS_NOTHING, ...API_PATH },
	],
	['stops in the middle', 'the API', 'relative', 2_000_000, { ...STOPS, ...API_PATH }],
] as const)(
	'a storage that %s (%s) is given up and asked again',
	async (_, __, refStyle, outputBytes, silence) => {
		const id = seedJob(service, { outputs: 3, outputBytes });
		service.steer.options({ refStyle });
		service.steer.faults(silence);

		const run = await download(id);

		const { origin } = silence;
		const files = service.steer.requests().filter(({ url }) => !url.includes('/outputs?'));
		expect(new Set(files.map((request) => request.origin))).toEqual(new Set([origin]));
		// On a busy machine, a node on the fast clock may time out on the others, too.
		expect(files.length).toBeGreaterThanOrEqual(4);
		await noneOpen();
		await expectAllFiles(run, id);
	},
);

describe('an error whose text never ends', () => {
	const server = useServer((_, response) => {
		response.writeHead(503, { 'content-length': 1000 });
		response.write('<Error>');
	});

	test('is an error all the same, and the file is asked for again', async () => {
		const id = seedJob(service, { outputs: 1 });
		faultInStorage({ kind: 'redirect', location: server.url });
		await expectAllFiles(await download(id), id);
	});
});
