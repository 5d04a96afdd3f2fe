import fc from 'fast-check';

import {
	BaseUrlError,
	DEFAULT_BASE_URL,
	readBaseUrl,
} from '../../../nodes/ArchetypeAi/api/baseUrl';

describe('the Base URL is read however it is written', () => {
	test.each([
		['https://api.u1.archetypeai.app/v0.5', 'https://api.u1.archetypeai.app/v0.5'],
		['https://api.u1.archetypeai.app', 'https://api.u1.archetypeai.app/v0.5'],
		['https://api.u1.archetypeai.app/', 'https://api.u1.archetypeai.app/v0.5'],
		['https://api.u1.archetypeai.app/v0.5/', 'https://api.u1.archetypeai.app/v0.5'],
		['https://api.u1.archetypeai.app/v0.5///', 'https://api.u1.archetypeai.app/v0.5'],
		['https://api.u1.archetypeai.app/v0.6', 'https://api.u1.archetypeai.app/v0.6'],
		['https://gateway.example/archetype/v0.5/', 'https://gateway.example/archetype/v0.5'],
		['  https://api.u1.archetypeai.app\n', 'https://api.u1.archetypeai.app/v0.5'],
		['HTTPS://API.U1.ArchetypeAI.app/v0.5', 'https://api.u1.archetypeai.app/v0.5'],
		['https://api.u1.archetypeai.app:443/v0.5?x=1#y', 'https://api.u1.archetypeai.app/v0.5'],
		['', DEFAULT_BASE_URL],
	])('%j is %s', (baseUrl, root) => {
		expect(readBaseUrl({ baseUrl })).toBe(root);
	});

	test('none at all is the production service', () => {
		expect(readBaseUrl({})).toBe(DEFAULT_BASE_URL);
	});
});

describe('http is for loopback, unless allowed', () => {
	test.each([
		'http://localhost:8787',
		'http://127.0.0.1:8787/v0.5',
		'http://[::1]:8787/v0.5/',
		'HTTP://LOCALHOST',
	])('%s works', (baseUrl) => {
		expect(readBaseUrl({ baseUrl })).toMatch(/^http:\/\/.*\/v0\.5$/);
	});

	test.each([
		'http://api.u1.archetypeai.app/v0.5',
		'http://192.168.0.7:8787',
		'http://localhost.evil.example',
		'http://127.0.0.1.evil.example',
		'http://evil.example/localhost',
		'http://evil.example#localhost',
	])('%s does not, and works when it is allowed', (baseUrl) => {
		expect(() => readBaseUrl({ baseUrl })).toThrow(BaseUrlError);
		expect(() => readBaseUrl({ baseUrl })).toThrow(/unencrypted.*"Allow Insecure HTTP"/);
		expect(() => readBaseUrl({ baseUrl, allowInsecureHttp: 'yes' })).toThrow(BaseUrlError);
		expect(readBaseUrl({ baseUrl, allowInsecureHttp: true })).toMatch(/^http:\/\//);
	});
});

describe('what cannot be used is said clearly', () => {
	test.each([
		'api.u1.archetypeai.app',
		'api.u1.archetypeai.app/v0.5',
		'localhost:8787',
		'127.0.0.1:8787/v0.5',
		'//api.u1.archetypeai.app',
		'https://',
		'https:// /v0.5',
		'ftp://api.u1.archetypeai.app',
		'file:///etc/passwd',
		'javascript:alert(1)',
		'production',
	])('no full web address: %s', (baseUrl) => {
		expect(() => readBaseUrl({ baseUrl })).toThrow(
			`The Base URL must be a full web address such as ${DEFAULT_BASE_URL}, starting with https://.`,
		);
	});

	test.each([
		'https://user@api.u1.archetypeai.app',
		'https://user:pass-word@api.u1.archetypeai.app/v0.5',
		'http://:pass-word@localhost:8787',
	])('a user or password, which is not repeated: %s', (baseUrl) => {
		expect(() => readBaseUrl({ baseUrl, allowInsecureHttp: true })).toThrow(
			/^The Base URL contains a user name or password\. Remove the part before the @/,
		);
		expect(() => readBaseUrl({ baseUrl })).not.toThrow(/pass-word/);
	});

	test('anything at all: a root that URLs can be appended to, or a BaseUrlError', () => {
		const typed = fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true }));
		fc.assert(
			fc.property(typed, fc.boolean(), (baseUrl, allowInsecureHttp) => {
				try {
					const root = readBaseUrl({ baseUrl, allowInsecureHttp });
					expect(new URL(`${root}/batch/jobs`).href).toBe(`${root}/batch/jobs`);
					expect(root).toMatch(allowInsecureHttp ? /^https?:/ : /^https:/);
					expect(readBaseUrl({ baseUrl: root, allowInsecureHttp })).toBe(root);
				} catch (error) {
					expect(error).toBeInstanceOf(BaseUrlError);
				}
			}),
			{ numRuns: 200 },
		);
	});
});
