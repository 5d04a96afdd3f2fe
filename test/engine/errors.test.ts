import type { INodeParameters } from 'n8n-workflow';
import { inspect } from 'node:util';
import type { FaultRequest } from '../../sandbox/http/faults';
import { type Credential, credentialFor, freePort, runNode, useSandbox } from './harness';

const service = useSandbox();

const getJob = { resource: 'job', operation: 'get', jobId: locator('job_1') };
const getJobs = { resource: 'job', operation: 'getMany' };

function locator(value: string) {
	return { __rl: true, mode: 'id', value };
}

/** What n8n shows of a failed run: the message, its description, and the item. */
async function failureOf(
	parameters: INodeParameters,
	{
		credential = service.credential,
		signal,
	}: { credential?: Credential; signal?: AbortSignal } = {},
) {
	const { error, status } = await runNode(parameters, { credential, signal });
	if (!error) throw new Error(`The run was expected to fail but ended as "${status}"`);
	const everything = inspect(error, { depth: 10 });
	expect(everything).not.toContain(service.apiKey);
	expect(everything).not.toMatch(/X-Amz-Signature=[0-9a-f]/);
	return error as Omit<typeof error, 'failure'> & {
		httpCode?: string;
		failure?: { cause: string; retryAfterMs?: number };
	};
}

const fault = (request: Partial<FaultRequest> & Pick<FaultRequest, 'kind'>) =>
	service.steer.faults({ path: '/batch/jobs/*', ...request } as FaultRequest);

const requests = () => service.steer.requests().length;

describe('the credential', () => {
	test.each(['detail', 'errors'] as const)('a wrong key, refused with "%s"', async (envelope) => {
		service.steer.options({ authEnvelope: envelope });
		const credential = credentialFor(service, { apiKey: 'sk_wrong_key' });

		const error = await failureOf(getJobs, { credential });

		expect(error.message).toBe('The API key was not accepted');
		expect(error.description).toContain('Check the API Key of the credential');
		expect(error.description).toContain('The service says: ');
		expect(error.httpCode).toBe('401');
		expect(error.failure).toEqual({ cause: 'credential-invalid' });
		expect(inspect(error, { depth: 10 })).not.toContain('sk_wrong_key');
		expect(requests()).toBe(1);
	});

	test.each([
		['api.u1.archetypeai.app/v0.5', 'must be a full web address'],
		['ftp://api.u1.archetypeai.app/v0.5', 'must be a full web address'],
		['http://api.example.com/v0.5', 'would send the API key unencrypted'],
		['https://me:pass-word@api.example.com/v0.5', 'contains a user name or password'],
	])('the Base URL %s', async (baseUrl, reason) => {
		const error = await failureOf(getJobs, { credential: credentialFor(service, { baseUrl }) });
		expect(error.message).toContain(reason);
		expect(error.description).toContain('correct the Base URL');
		expect(error.message).not.toContain('pass-word');
	});

	test.each(['/v0.5/', '/v0.5', '/', ''])('the Base URL may end in "%s"', async (end) => {
		const baseUrl = new URL(service.url).origin + end;
		const credential = credentialFor(service, { baseUrl });
		expect((await runNode(getJobs, { credential })).error).toBeUndefined();
	});

	test('white space around a pasted key does no harm', async () => {
		const credential = credentialFor(service, { apiKey: ` ${service.apiKey}\n` });
		expect((await runNode(getJobs, { credential })).error).toBeUndefined();
	});
});

describe('the job', () => {
	test('an unknown job', async () => {
		const error = await failureOf({ ...getJob, jobId: locator('job_missing') });
		expect(error.message).toBe('Job job_missing was not found');
		expect(error.description).toContain('Check the ID');
		expect(error.description).toMatch(/Error ID: err-/);
		expect(error.httpCode).toBe('404');
	});

	test.each([
		['={{ $json.nothing }}', 'No job was chosen'],
		['=  ', 'No job was chosen'],
		['../../files/info', '"../../files/info" is not a job ID'],
		['job_1/outputs?limit=1', '"job_1/outputs?limit=1" is not a job ID'],
	])('the ID %j', async (value, message) => {
		const error = await failureOf({ ...getJob, jobId: locator(value) });
		expect(error).toMatchObject({ message, context: { itemIndex: 0 } });
		expect(error.description).toContain('ID');
		expect(requests()).toBe(0);
	});
});

describe("the service's envelopes", () => {
	const refuse = (body: unknown, status = 400) => fault({ kind: 'body', status, body });

	test('errors: all of them, with code, suggestion and ID', async () => {
		refuse({
			errors: [
				{ code: 'conflict', message: 'File exists', suggestion: 'Rename it', error_uid: 'err-1' },
				{ code: 'NOT_FOUND', message: 'No such port' },
			],
		});
		const error = await failureOf(getJob);
		expect(error.message).toBe('The service refused the request (HTTP 400)');
		expect(error.description).toContain('The service says: File exists (conflict)');
		expect(error.description).toContain('Suggestion: Rename it');
		expect(error.description).toContain('Error ID: err-1');
		expect(error.description).toContain('The service says: No such port (NOT_FOUND)');
		expect(error.description).toContain('Request: GET /batch/jobs/job_1');
	});

	test('detail: a text', async () => {
		refuse({ detail: 'limit is too large' });
		expect((await failureOf(getJob)).description).toContain('The service says: limit is too large');
	});

	test('detail: one entry a field', async () => {
		refuse({ detail: [{ loc: ['query', 'limit'], msg: 'must be positive' }] }, 422);
		const { description } = await failureOf(getJob);
		expect(description).toContain('The service says: query.limit: must be positive');
	});

	test('error: the old form', async () => {
		refuse({ error: { code: 'bad_query', message: 'Old and broken' } });
		const { description } = await failureOf(getJob);
		expect(description).toContain('The service says: Old and broken (bad_query)');
	});

	test.each(['html', 'xml'] as const)('%s of a gateway, as plain words', async (envelope) => {
		fault({ kind: 'status', status: 400, envelope, message: 'Blocked by the proxy' });
		const { description } = await failureOf(getJob);
		expect(description).toContain('Blocked by the proxy');
		expect(description).not.toContain('<');
	});

	test('no body at all', async () => {
		fault({ kind: 'status', status: 400, envelope: 'empty' });
		const error = await failureOf(getJob);
		expect(error.message).toBe('A proxy or a gateway seems to have refused the request (HTTP 400)');
		expect(error.description).not.toContain('The service says');
	});

	test('a service that echoes the key and a signed link', async () => {
		const link = 'https://storage.example.com/a.csv?X-Amz-Signature=0123abc';
		refuse({ detail: `Bearer ${service.apiKey} may not read ${link}, key ${service.apiKey}` });
		const { description } = await failureOf(getJob);
		expect(description).toContain('may not read https://storage.example.com/a.csv');
	});
});

describe('replies that are not what was asked for', () => {
	const answer = (body: unknown, contentType = 'application/json') =>
		service.steer.faults({ kind: 'body', path: '/batch/jobs', body, contentType });

	test('a list without its array', async () => {
		answer({ total: 3, offset: 0, limit: 50 });
		const error = await failureOf(getJobs);
		expect(error.message).toBe('The reply of the service has an unexpected form (jobs: Required)');
		expect(error.description).toContain('Check the Base URL');
	});

	test('a row without its id', async () => {
		answer({ total: 1, offset: 0, limit: 50, jobs: [{ status: 'RUNNING', created_at: '' }] });
		expect((await failureOf(getJobs)).message).toContain(
			'all jobs in an unexpected form: jobs.0 (id: Required)',
		);
	});

	test('HTML where JSON should be', async () => {
		answer('<html><body><h1>Log in to the guest network</h1></body></html>', 'text/html');
		const error = await failureOf(getJobs);
		expect(error.message).toBe('The server did not answer with JSON');
		expect(error.description).toContain('Check the Base URL');
		expect(error.description).toContain('Log in to the guest network');
	});

	test('JSON that breaks off', async () => {
		answer('{"total": 3, "jobs": [{"id": "job_');
		expect((await failureOf(getJobs)).message).toBe('The server did not answer with JSON');
	});

	test('a redirect is not followed with the key', async () => {
		const location = `${service.storageUrl}/elsewhere`;
		service.steer.faults({ kind: 'redirect', path: '/batch/jobs', location });
		const error = await failureOf(getJobs);
		expect(error.message).toBe('The server redirects to another address (HTTP 302)');
		expect(service.steer.stats().storage.requests).toBe(0);
	});

	test('fields this package does not know are kept', async () => {
		const [id = ''] = service.steer.seed().ids;
		const job = { ...(await service.get(`/batch/jobs/${id}`)), mood: { is: 'new' } };
		fault({ kind: 'body', body: job });
		const { items } = await runNode(
			{ ...getJob, jobId: locator(id), simplify: false },
			{ credential: service.credential },
		);
		expect(items[0]?.json).toMatchObject(job);
	});
});

describe('busy and broken services', () => {
	let jobId = locator('');
	beforeEach(() => {
		jobId = locator(service.steer.seed().ids[0]!);
	});

	/** Runs the node against a service that recovers. Returns how long it took, in ms. */
	async function recover() {
		const start = Date.now();
		const { items, error } = await runNode(
			{ ...getJob, jobId },
			{ credential: service.credential },
		);
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ json: { id: jobId.value } }]);
		return Date.now() - start;
	}

	test.each([408, 429, 500, 502, 503, 504])('HTTP %d is tried again', async (status) => {
		fault({ kind: 'status', status });
		await recover();
		expect(requests()).toBe(2);
	});

	test('a connection that is reset is tried again', async () => {
		fault({ kind: 'reset' });
		await recover();
		expect(requests()).toBe(2);
	});

	test('Retry-After in seconds is waited for', async () => {
		fault({ kind: 'status', status: 429, retryAfter: 2 });
		expect(await recover()).toBeGreaterThanOrEqual(2000);
		expect(requests()).toBe(2);
	});

	test('Retry-After as a date is waited for', async () => {
		const date = new Date(Date.now() + 3000).toUTCString();
		fault({ kind: 'status', status: 503, retryAfter: date });
		// HTTP dates have whole seconds, so up to one of the three is cut off.
		expect(await recover()).toBeGreaterThanOrEqual(1800);
		expect(requests()).toBe(2);
	});

	test('a wait of more than a minute is left to n8n, which learns its length', async () => {
		fault({ kind: 'status', status: 429, retryAfter: 3600 });
		const error = await failureOf({ ...getJob, jobId });
		expect(error.message).toBe(
			'The service is receiving too many requests. Try again in 60 minutes',
		);
		expect(error.httpCode).toBe('429');
		expect(error.failure).toEqual({ cause: 'rate-limited', retryAfterMs: 3_600_000 });
		expect(requests()).toBe(1);
	});

	test('the old envelope says how long to wait, too', async () => {
		const details = { retry_after: 3600 };
		fault({ kind: 'body', status: 429, body: { error: { message: 'Slow down', details } } });
		expect((await failureOf({ ...getJob, jobId })).message).toContain('Try again in 60 minutes');
	});

	test('HTTP 400 is not tried again', async () => {
		fault({ kind: 'status', status: 400 });
		await failureOf({ ...getJob, jobId });
		expect(requests()).toBe(1);
	});

	test('stopping the execution ends the wait at once', async () => {
		fault({ kind: 'status', status: 503, retryAfter: 30, times: null });
		const start = Date.now();
		const { status } = await runNode(
			{ ...getJob, jobId },
			{ credential: service.credential, signal: AbortSignal.timeout(300) },
		);
		expect(status).toBe('canceled');
		expect(Date.now() - start).toBeLessThan(3000);
		expect(requests()).toBe(1);
	});

	test('after five tries the error is shown: failing service, unreachable host', async () => {
		fault({ kind: 'status', status: 503, times: null });
		const baseUrl = `http://127.0.0.1:${await freePort()}`;

		const [failing, unreachable] = await Promise.all([
			failureOf({ ...getJob, jobId }),
			failureOf(getJobs, { credential: credentialFor(service, { baseUrl }) }),
		]);

		expect(failing.message).toBe('The service failed to answer (HTTP 503). Try again later');
		expect(failing.failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(requests()).toBe(5);
		expect(unreachable.message).toBe(`Nothing answers at ${new URL(baseUrl).host}`);
		expect(unreachable.description).toContain('Check the Base URL');
	}, 30_000);
});

describe('many items where nothing can work', () => {
	const onError = { onError: 'continueRegularOutput' } as const;
	const many = Array.from({ length: 50 }, () => ({ json: {} }));
	const runMany = async (credential: Credential) => {
		const start = Date.now();
		const { items } = await runNode(getJobs, { credential, items: many, settings: onError });
		return { items, ms: Date.now() - start };
	};

	test('without a network, the first item is tried five times, the others once', async () => {
		const baseUrl = `http://127.0.0.1:${await freePort()}`;
		const { items, ms } = await runMany(credentialFor(service, { baseUrl }));
		expect(items).toHaveLength(50);
		for (const { json } of items) expect(json.error).toMatch(/^Nothing answers at/);
		const isSaid = items.map(({ json }) => /It was tried only once/.test(json.advice as string));
		expect(isSaid).toEqual(items.map((_, item) => item > 0));
		expect(ms).toBeLessThan(15_000);
	}, 60_000);

	test('a host that answers again is tried as often as before', async () => {
		fault({ kind: 'reset', path: '/batch/jobs', times: 5 });
		fault({ kind: 'reset', path: '/batch/jobs', skip: 6 });
		const { items } = await runMany(service.credential);
		expect(items.map(({ json }) => json.error ?? '')).toEqual([
			expect.stringContaining('was cut off'),
		]);
	}, 30_000);

	test('a wrong key is tried once for each item', async () => {
		const { items } = await runMany(credentialFor(service, { apiKey: 'sk_wrong_key' }));
		expect(items).toHaveLength(50);
		expect(requests()).toBe(50);
	});
});
