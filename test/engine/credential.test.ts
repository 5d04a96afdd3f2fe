import { type Credential, credentialFor, freePort, testCredential, useSandbox } from './harness';

const service = useSandbox();

const testWith = (changes: Credential) => testCredential(credentialFor(service, changes));

test('a good key passes, with one request for one job', async () => {
	expect(await testWith({})).toEqual({ status: 'OK', message: 'The API key works' });
	expect(service.steer.requests()).toMatchObject([
		{ method: 'GET', url: '/v0.5/batch/jobs?limit=1', status: 200 },
	]);
});

test.each(['detail', 'errors'] as const)('a wrong key, refused with "%s"', async (envelope) => {
	service.steer.options({ authEnvelope: envelope });
	const { status, message } = await testWith({ apiKey: 'sk_wrong_key' });
	expect(status).toBe('Error');
	expect(message).toMatch(/^The API key was not accepted\. Check the API Key of the credential/);
	expect(message).not.toContain('sk_wrong_key');
});

test.each([
	['no key', { apiKey: ' ' }, /^The API Key is empty/],
	['no scheme', { baseUrl: 'api.u1.archetypeai.app' }, /must be a full web address/],
	['plain http', { baseUrl: 'http://api.example.com' }, /would send the API key unencrypted/],
	['user info', { baseUrl: 'https://me:secret@api.example.com' }, /contains a user name/],
	[
		'an unknown host',
		{ baseUrl: 'https://nowhere.invalid' },
		/^The host nowhere\.invalid (is not known|could not be looked up)\. Check/,
	],
])('%s has its own message, and nothing is sent', async (_, changes, expected) => {
	const { status, message } = await testWith(changes);
	expect(status).toBe('Error');
	expect(message).toMatch(expected);
	expect(message).not.toContain('secret');
	expect(service.steer.requests()).toEqual([]);
});

test('a host that is not there', async () => {
	const host = `127.0.0.1:${await freePort()}`;
	const { status, message } = await testWith({ baseUrl: `http://${host}` });
	expect(status).toBe('Error');
	expect(message).toMatch(new RegExp(`^Nothing answers at ${host}\\. Check the Base URL`));
});

test('plain http is allowed when asked for', async () => {
	const baseUrl = 'http://nowhere.invalid';
	expect((await testWith({ baseUrl })).message).toContain('would send the API key unencrypted');
	const { message } = await testWith({ baseUrl, allowInsecureHttp: true });
	expect(message).toContain('The host nowhere.invalid');
});

test.each([
	['a web page', '<html><h1>Welcome</h1></html>', 'text/html', 'did not answer with JSON'],
	['another API', { items: [] }, 'application/json', 'has an unexpected form'],
])('%s is not taken for the service', async (_, body, contentType, expected) => {
	service.steer.faults({ kind: 'body', body, contentType });
	const { status, message } = await testWith({});
	expect(status).toBe('Error');
	expect(message).toContain(expected);
});

test('the key does not follow a redirect', async () => {
	service.steer.faults({ kind: 'redirect', location: `${service.storageUrl}/elsewhere` });
	expect((await testWith({})).message).toContain('redirects to another address');
	expect(service.steer.stats().storage.requests).toBe(0);
});
