import { inspect } from 'node:util';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { shapeError, statusError, usageError } from '../../../nodes/ArchetypeAi/api/errors';
import type { RequestInfo } from '../../../nodes/ArchetypeAi/api/errors';
import { contentError, storageError } from '../../../nodes/ArchetypeAi/api/files/errors';
import { networkCode, networkError } from '../../../nodes/ArchetypeAi/api/networkErrors';
import { node } from './node';

const info: RequestInfo = {
	node,
	request: 'GET /batch/jobs/job_1',
	subject: 'Job job_1',
	itemIndex: 3,
	secrets: ['sk_live_0123456789'],
};
const link: RequestInfo = {
	...info,
	request: 'GET https://storage.example/o/7?X-Amz-Signature=5ec2e7',
	subject: 'File part_0.csv (out_1)',
	isLink: true,
	verb: 'downloaded',
};

const reply = (status: number, body: unknown = '', headers: IDataObject = {}) => ({
	status,
	headers,
	body,
});

/** A body in the service's own format. */
const OWN = { errors: [{ message: 'Said so', code: 'SAID' }] };

describe('an error says what happened, to what, and what to do', () => {
	const unavailable = { cause: 'temporarily-unavailable' };
	test.each([
		[
			301,
			'The server redirects to another address (HTTP 301)',
			'Check the Base URL',
			{ cause: 'configuration-invalid' },
		],
		[
			400,
			'The service refused the request (HTTP 400)',
			'Check the values of the fields',
			undefined,
		],
		[
			401,
			'The API key was not accepted',
			'Check the API Key of the credential',
			{ cause: 'credential-invalid' },
		],
		[
			403,
			'The API key may not access this: Job job_1',
			'Use a key of the organization',
			{ cause: 'credential-invalid' },
		],
		[404, 'Job job_1 was not found', 'Check the ID', { cause: 'configuration-invalid' }],
		[
			408,
			'The service failed to answer (HTTP 408). Try again later',
			'contact Archetype AI support',
			unavailable,
		],
		[409, 'Job job_1 is not in a state that allows this', 'Look at its current status', undefined],
		[413, 'The request is too large', 'Send less', undefined],
		[
			422,
			'The service refused the request (HTTP 422)',
			'Check the values of the fields',
			undefined,
		],
		[
			429,
			'The service is receiving too many requests. Try again later',
			'Retry On Fail',
			{ cause: 'rate-limited' },
		],
		[
			500,
			'The service failed to answer (HTTP 500). Try again later',
			'contact Archetype AI support',
			unavailable,
		],
		[
			502,
			'The service failed to answer (HTTP 502). Try again later',
			'contact Archetype AI support',
			unavailable,
		],
		[
			503,
			'The service failed to answer (HTTP 503). Try again later',
			'contact Archetype AI support',
			unavailable,
		],
		[
			504,
			'The service failed to answer (HTTP 504). Try again later',
			'contact Archetype AI support',
			unavailable,
		],
	])('HTTP %d: %s', (status, message, advice, failure) => {
		const error = statusError(info, reply(status, OWN));
		expect(error).toMatchObject({ message, httpCode: String(status), context: { itemIndex: 3 } });
		expect(error.description).toContain(advice);
		expect(error.description).toContain('Request: GET /batch/jobs/job_1');
		expect(error.failure).toEqual(failure);
	});

	test.each([400, 401, 403, 409, 422, 451])(
		'S5 HTTP %d in other words than those of the service is not blamed on the key',
		(status) => {
			for (const body of ['', '<h1>Access denied</h1>', { message: 'Forbidden' }, null]) {
				const error = statusError(info, reply(status, body));
				expect(error.message).toBe(
					`A proxy or a gateway seems to have refused the request (HTTP ${status})`,
				);
				expect(error.description).toContain('HTTPS_PROXY');
				expect(error.failure).toEqual({ cause: 'temporarily-unavailable' });
			}
		},
	);

	test.each([404, 405])('S4 HTTP %d in other words: the Base URL, and not the ID', (status) => {
		const framework = { detail: status === 404 ? 'Not Found' : 'Method Not Allowed' };
		for (const body of ['', '<h1>Oops</h1>', { message: 'no route' }, framework]) {
			const error = statusError(info, reply(status, body));
			expect(error.message).toBe(
				`The Base URL does not lead to the Archetype AI API (HTTP ${status})`,
			);
			expect(error.description).not.toContain('Check the ID');
		}
	});

	test('all of it, as it is shown', () => {
		const entry = {
			code: 'NOT_FOUND',
			message: 'Job not found',
			suggestion: 'List the jobs',
			error_uid: 'err-0d0f',
		};
		const error = statusError(info, reply(404, { errors: [entry] }));
		expect(error.message).toBe('Job job_1 was not found');
		expect(error.description?.split('\n')).toEqual([
			'Check the ID, and that it belongs to the organization of the API key. It may have been deleted.',
			'The service says: Job not found (NOT_FOUND)',
			'Suggestion: List the jobs',
			'Error ID: err-0d0f',
			'Request: GET /batch/jobs/job_1',
		]);
	});

	test.each([
		[
			400,
			'could not be downloaded: the storage refused its link (HTTP 400)',
			'Links expire',
			undefined,
		],
		[
			403,
			'could not be downloaded: the storage refused its link (HTTP 403)',
			'Links expire',
			undefined,
		],
		[
			416,
			'could not be downloaded: the storage refused its link (HTTP 416)',
			'Links expire',
			undefined,
		],
		[
			429,
			'could not be downloaded: the storage failed to answer (HTTP 429)',
			'Run the node again later',
			{ cause: 'rate-limited' },
		],
		[
			503,
			'could not be downloaded: the storage failed to answer (HTTP 503)',
			'Run the node again later',
			unavailable,
		],
	])('HTTP %d of a link names the file: %s', (status, message, advice, failure) => {
		const error = statusError(link, reply(status));
		expect(error.message).toBe(`File part_0.csv (out_1) ${message}`);
		expect(error.description).toContain(advice);
		expect(error.failure).toEqual(failure);
	});

	test.each([
		['ENOTFOUND', 'The host api.example:8443 is not known'],
		['EAI_AGAIN', 'The host api.example:8443 could not be looked up'],
		['ECONNREFUSED', 'Nothing answers at api.example:8443'],
		['ECONNRESET', 'The connection to api.example:8443 was cut off'],
		['ECONNABORTED', 'api.example:8443 did not answer in time'],
		['ETIMEDOUT', 'api.example:8443 did not answer in time'],
		['EPIPE', 'The request to api.example:8443 failed: write EPIPE'],
	])('no answer, %s: %s', (code, message) => {
		const cause = Object.assign(new Error(`write ${code}`), { code });
		const error = networkError(info, cause, 'https://api.example:8443/v0.5/batch/jobs?q=1');
		expect(error).toMatchObject({ message, context: { itemIndex: 3 } });
		expect(error.description).toContain('Check the Base URL of the credential and the network');
		expect(error.failure).toEqual({ cause: 'temporarily-unavailable' });
	});

	test('a request that failed for a reason other than the network is not called temporary', () => {
		const error = networkError(info, new Error('The key is only sent to https://a'), 'https://b');
		expect(error.message).toBe('The request to b failed: The key is only sent to https://a');
		expect(error.failure).toBeUndefined();
	});

	test('an address that is none is no second failure', () => {
		const error = networkError(info, new Error('Invalid URL'), 'https://[');
		expect(error.message).toBe('The request to the given address failed: Invalid URL');
	});

	test('what was cut off or is too short names the file', () => {
		const error = storageError(link, '5 bytes arrived instead of 9');
		expect(error).toMatchObject({
			message: 'File part_0.csv (out_1) could not be downloaded: 5 bytes arrived instead of 9',
			context: { itemIndex: 3 },
		});
		expect(error.description).toContain('Request: GET https://storage.example/o/7');
	});

	test('content that is of no use is no download that failed, and does not pass by itself', () => {
		const error = contentError(link, 'line 2 is no JSON');
		expect(error.message).toBe('File part_0.csv (out_1) cannot be used here: line 2 is no JSON');
		expect(error.description).toContain('leave it out with Filters');
		expect(error.failure).toBeUndefined();
	});

	test('every error about a file names it', () => {
		const reset = Object.assign(new Error(), { code: 'ECONNRESET' });
		const file = { ...link, isLink: false };
		const could = 'File part_0.csv (out_1) could not be downloaded. ';
		const { message } = networkError(file, reset, 'https://api.example');
		expect(message).toBe(`${could}The connection to api.example was cut off`);
		expect(statusError(file, reply(401, OWN)).message).toBe(`${could}The API key was not accepted`);
		expect(statusError(file, reply(404)).message).toBe(`${could}It was not found`);
	});

	test('what the user entered', () => {
		expect(usageError(node, 'No job was chosen', 'Choose one.', 4)).toMatchObject({
			message: 'No job was chosen',
			description: 'Choose one.',
			context: { itemIndex: 4 },
		});
	});

	test.each(['preexisting.csv', 'sleepermodel.csv', 'ENOENT.csv', 'reaccess.csv', 'eisdir'])(
		'a system code that happens to be in a name does not become the message: %s',
		(name) => {
			const subject = `File ${name}`;
			const missing = statusError({ ...info, subject }, reply(404, OWN));
			expect(missing.message).toBe(`File ${name} was not found`);
			expect(usageError(node, `"${name}" is not a job ID`, '').message).toContain(name);
		},
	);
});

describe('the words of the service are shown, as far as they can be read', () => {
	test('the code of a storage is shown', () => {
		const body = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
		expect(statusError(link, reply(403, body)).description).toContain(
			'The service says: Request has expired (AccessDenied)\n',
		);
	});

	test('without words of the service, nothing is put into its mouth', () => {
		for (const body of ['', {}, null, '<html></html>']) {
			expect(statusError(info, reply(500, body)).description).not.toContain('The service says');
		}
	});

	test('a reply with HTTP 200 that says it failed', () => {
		const error = shapeError(info, { is_valid: false, errors: ['The file is corrupt'] });
		expect(error.description).toContain('The service says: The file is corrupt');
	});

	test('many and long errors are cut to what can be read', () => {
		const errors = Array.from({ length: 5000 }, (_, i) => ({ message: `${i} ${'x'.repeat(900)}` }));
		const { description } = statusError(info, reply(422, { errors }));
		expect(description).toContain('… and 4990 more errors');
		expect(description!.length).toBeLessThan(6_000);
	});

	test('a message of several lines takes one', () => {
		const { description } = statusError(info, reply(400, { detail: 'Traceback:\n  line 1\n' }));
		expect(description).toContain('The service says: Traceback: line 1\n');
	});

	test.each(['<', '<head', '<script>', 'https://', '/?', 'Bearer ', 'a?b#/'])(
		'a megabyte of %j is no reason to hang',
		(piece) => {
			const body = piece.repeat(1_000_000 / piece.length);
			const start = performance.now();
			statusError(info, reply(502, body));
			expect(performance.now() - start).toBeLessThan(3_000);
		},
	);
});

describe('replies that are not what the endpoint promises', () => {
	const schema = z.object({ total: z.number(), jobs: z.array(z.object({ id: z.string() })) });
	const problemOf = (body: unknown) => shapeError(info, body, schema.safeParse(body).error);

	test('the field that is missing or wrong is named', () => {
		expect(problemOf({ total: 1 })).toMatchObject({
			message: 'The reply of the service has an unexpected form (jobs: Required)',
			failure: { cause: 'node-defect' },
			context: { itemIndex: 3 },
		});
		expect(problemOf({ total: 'x', jobs: [{ id: 7 }] }).description).toContain(
			'Fields: total: Expected number, received string; jobs.0.id: Expected string, received number',
		);
	});

	test('a reply other than JSON points at the Base URL and shows what it was', () => {
		for (const body of ['<h1>Log in</h1>', '', [], null]) {
			const error = problemOf(body);
			expect(error.message).toBe('The server did not answer with JSON');
			expect(error.description).toContain('Check the Base URL');
			expect(error.failure).toEqual({ cause: 'configuration-invalid' });
		}
		expect(problemOf('<h1>Log in</h1>').description).toContain('The service says: Log in');
	});
});

test('the wait that the service asks for is passed on to the reader and to n8n', () => {
	const busy = statusError(info, reply(429, '', { 'retry-after': '6.2' }));
	expect(busy.message).toBe('The service is receiving too many requests. Try again in 7 s');
	expect(busy.failure).toEqual({ cause: 'rate-limited', retryAfterMs: 6_200 });

	const down = statusError(info, reply(503, '', { 'retry-after': '0' }));
	expect(down.message).toBe('The service failed to answer (HTTP 503). Try again later');
	expect(down.failure).toEqual({ cause: 'temporarily-unavailable', retryAfterMs: 0 });
});

describe('the code of a failed connection is found wherever the host put it', () => {
	test.each([
		['on the error', { code: 'ECONNRESET' }, 'ECONNRESET'],
		['on its cause', { cause: { code: 'EAI_AGAIN' } }, 'EAI_AGAIN'],
		['deeper', { code: 502, cause: { cause: { code: 'ERR_NETWORK' } } }, 'ERR_NETWORK'],
		['nowhere', { code: 'invalid', cause: 'ECONNRESET' }, undefined],
		['no error at all', undefined, undefined],
	])('%s', (_, error, code) => {
		expect(networkCode(error)).toBe(code);
	});

	test('a circle of causes ends', () => {
		const error: { cause?: unknown } = {};
		error.cause = error;
		expect(networkCode(error)).toBeUndefined();
	});
});

describe('neither the key nor the signature of a link is ever shown', () => {
	const token = (length: number) =>
		fc.string({
			unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789-_.+/=~'),
			minLength: length,
			maxLength: length + 40,
		});
	/** What may precede the signature in a query: no signer encodes all of these. */
	const query = fc.string({
		unit: fc.constantFrom(...`abc019-._~!*'(),;:@$&=+/?%`),
		maxLength: 40,
	});
	const signedLink = fc
		.record({
			origin: fc.constantFrom('https://bucket.example', 'HTTP://127.0.0.1:9000', ''),
			path: fc.constantFrom('/', '/o/7', '/files/download/a%20b.csv'),
			query,
			name: fc.constantFrom('X-Amz-Signature', 'X-Goog-Signature', 'sig', 'Signature', 'token'),
			signature: token(16),
			separator: fc.constantFrom('&', '&amp;', '\\u0026'),
		})
		.map(({ origin, path, query, name, signature, separator }) => ({
			link: `${origin}${path}?${query}${separator}${name}=${signature}${separator}z=1`,
			signature,
		}));
	const secrets = fc.record({ key: token(8).map((end) => `sk_${end}`), signed: signedLink });

	/** Bodies with `words` everywhere a service could put them. */
	const bodies = (words: string): unknown[] => [
		words,
		{ errors: [{ code: words, message: words, suggestion: words, error_uid: words }, words] },
		{ errors: [{ [words]: words }] },
		{ detail: words },
		{ detail: [{ loc: ['query', words], msg: words }] },
		{ error: { code: words, message: words } },
		{ unknown: { deep: [words] } },
		[words],
		`<html><body><p title="${words}">${words}</p></body></html>`,
		`<Error><Code>AccessDenied</Code><Message>${words}</Message><Key>${words}</Key></Error>`,
		JSON.stringify({ link: words }),
	];

	/** Everything that n8n stores or shows of an error. */
	const shown = (error: Error & { messages?: string[]; description?: unknown }) =>
		[
			error.message,
			error.description,
			error.messages,
			error.stack,
			JSON.stringify(error),
			JSON.stringify({ ...error }),
			inspect(error, { depth: 10 }),
		].join('\n');

	test('not even half of the key, where words are cut', () => {
		for (let length = 400; length < 520; length++) {
			const detail = `${'x'.repeat(length)} sk_live_0123456789 and ${'x'.repeat(200)}`;
			const { description } = statusError(info, reply(400, { detail }));
			expect(description).not.toContain('sk_');
		}
	});

	test('whatever the body, and wherever in it they are', () => {
		fc.assert(
			fc.property(
				secrets,
				// Long fillers push a secret across the point where the message is truncated.
				fc.oneof(
					fc.constant(''),
					fc.nat(600).map((length) => 'word '.repeat(length / 5)),
				),
				fc.nat(10),
				({ key, signed }, filler, form) => {
					const words = `${filler}Bearer ${key} may not read '${signed.link}', key ${key} (${signed.link})`;
					const body = bodies(words)[form];
					const about = { ...info, secrets: [key] };
					const errors = [
						statusError(about, reply(400, body)),
						statusError(
							{ ...about, request: `GET ${signed.link}`, isLink: true },
							reply(403, body),
						),
						shapeError(about, body),
						networkError(about, new Error(words), signed.link),
						storageError({ ...about, subject: words }, words),
						usageError(node, signed.link, ''),
					];
					for (const error of errors.map(shown)) {
						expect(error).not.toContain(key);
						// The start of a signature is as bad as all of it where the message is truncated.
						expect(error).not.toContain(`sk_${key.slice(3, 11)}`);
						expect(error).not.toContain(signed.signature);
						expect(error).not.toContain(signed.signature.slice(0, 12));
					}
				},
			),
			{ numRuns: 100 },
		);
	});
});
