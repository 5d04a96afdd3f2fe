import fc from 'fast-check';

import { statusError } from '../../../nodes/ArchetypeAi/api/errors';
import { redact, withoutQuery, withoutSignatures } from '../../../nodes/ArchetypeAi/api/redact';
import { node } from './node';

describe('never a key, never the signature of a link', () => {
	test.each([
		['a link', 'see https://b.example/o/7?X-Amz-Signature=5ec', 'see https://b.example/o/7'],
		['a link with a fragment', 'https://b.example/o#access_token=5ec', 'https://b.example/o'],
		['a host alone', 'https://b.example?sig=5ec', 'https://b.example'],
		['several', '(https://a/1?s=5ec), http://b/2?s=5ec', '(https://a/1 http://b/2'],
		['a path', 'no such object: /o/7?X-Amz-Signature=5ec', 'no such object: /o/7'],
		['escaped slashes', '"https:\\/\\/b.example\\/o?s=5ec"', '"https:\\/\\/b.example\\/o"'],
		['quotes in the query, as signers leave them', "https://b/o?n=''x&s=5ec ok", 'https://b/o ok'],
		[
			'a query alone',
			'X-Amz-Date=1&X-Amz-Signature=5ec&z=1',
			'X-Amz-Date=1&X-Amz-Signature=***&z=1',
		],
		['credentials in it', 'AWSAccessKeyId=AKIA5ec sig=5ec', 'AWSAccessKeyId=*** sig=***'],
		[
			'a bearer token',
			'Authorization: Bearer sk_live_5ec wrong',
			'Authorization: Bearer *** wrong',
		],
		['one with a colon', '"Bearer: sk_live_5ec"', '"Bearer: ***"'],
		['one of letters only', 'bearer abcdefghijklmnopqrstuvwxyz', 'bearer ***'],
	])('%s', (_, text, safe) => {
		expect(redact(text)).toBe(safe);
	});

	test.each([
		['H6 a name and a password', 'https://AKIA:5ec@b.example/o/7', 'https://***@b.example/o/7'],
		['H6 both', 'see ftp://me:5ec@b/o?sig=5ec', 'see ftp://***@b/o'],
		[
			'H6 a link within a link',
			'go=https%3A%2F%2Fb%2Fo%3FX-Amz-Signature%3D5ec%26x%3D1',
			'go=https%3A%2F%2Fb%2Fo%3FX-Amz-Signature=***',
		],
		['H6 one escaped twice', 'u%253Fsig%253D5ec', 'u%253Fsig=***'],
		['S3 a key behind its name', 'ATAI_API_KEY=abcdefgh5ec is', 'ATAI_API_KEY=*** is'],
		['S3 the same in JSON', '{"api_key": "abcdefgh5ec"}', '{"api_key": "***"}'],
		['S3 other names', 'AWS_SECRET_ACCESS_KEY=abc/5ecabc', 'AWS_SECRET_ACCESS_KEY=***'],
		['S3 a password', 'password=hunterhunter5ec', 'password=***'],
	])('%s, also in items', (_, text, safe) => {
		expect(redact(text)).toBe(safe);
		expect(withoutSignatures({ deep: [text] })).toEqual({ deep: [safe] });
	});

	test('given secrets, as often as they come', () => {
		expect(redact('k1 and k1, not k2', ['k1', ''])).toBe('*** and ***, not k2');
		expect(redact('$& and a+b', ['a+b'])).toBe('$& and ***');
	});

	const key = 'sk_live_5ec7e7&<a>"\\+/';
	const bytes = [...Buffer.from(key)].map((byte) => byte.toString(16).padStart(2, '0'));

	test.each([
		['in another case', key.toUpperCase()],
		['with its end cut off', key.slice(0, -3)],
		['with its first twelve characters only', key.slice(0, 12)],
		['in JSON', JSON.stringify(key)],
		['in JSON in JSON', JSON.stringify(JSON.stringify(key))],
		['in escapes of JSON', bytes.map((byte) => `\\u00${byte}`).join('')],
		['in escapes of programs', bytes.map((byte) => `\\x${byte}`).join('')],
		['in a URL', encodeURIComponent(key)],
		['in a URL twice', encodeURIComponent(encodeURIComponent(key))],
		['in a URL, each character', bytes.map((byte) => `%${byte}`).join('')],
		['in HTML', key.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)],
		['in base64', Buffer.from(key).toString('base64')],
		['in base64 of URLs', Buffer.from(key).toString('base64url')],
		['in base64 behind something', Buffer.from(`me:${key}`).toString('base64')],
		['in base64 in a URL', encodeURIComponent(Buffer.from(`${key}x`).toString('base64'))],
		['in hex', bytes.join('')],
		['in hex with colons', bytes.join(':').toUpperCase()],
	])('S3 a key that is echoed %s', (_, echoed) => {
		const safe = redact(`before ${echoed} after`, [key]);
		expect(safe).toMatch(/^before "?(?:\\*")?\*\*\*(?:%3D|=)*(?:\\*")?"? after$/);
	});

	test('S3 less of a key than that is shown, so that one can be told from another', () => {
		expect(redact(`no ${key.slice(0, 11)}…`, [key])).toBe(`no ${key.slice(0, 11)}…`);
	});

	test('S3 a key that holds what looks like a tag is shown in no part', () => {
		const odd = 'sk_live<b_5ec7e7>tail';
		const info = { node, request: 'GET /x', subject: 'x', secrets: [odd] };
		const error = statusError(info, { status: 401, headers: {}, body: `<p>no ${odd}</p>` });
		expect(error.description).toContain('The service says: no ***');
		expect(error.description).not.toMatch(/sk_live|tail/);
	});

	test('what is safe stays so when it is redacted again', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'aB1/?#&= :"Bearer https') }), (text) => {
				expect(redact(redact(text))).toBe(redact(text));
			}),
		);
	});
});

describe('what is no secret can still be read', () => {
	test.each([
		'Missing Bearer token.',
		'Bearer authentication required',
		'Is it ready? Try 1/2 of it.',
		'and/or? Yes',
		'"job_1/outputs?limit=1" is not a job ID',
		'Signature did not match',
		'Unexpected token: identifier',
		'max_new_tokens=65536, token 12',
		'a@b.example wrote',
		'https://api.example/v0.5/batch/jobs',
		'Unknown port "worker.results" of job_3h7m2k9xq4e8vt1c5b0n6dzr8w',
	])('%s', (text) => {
		expect(redact(text)).toBe(text);
	});
});

test.each([
	['https://b.example/o/7?X-Amz-Signature=5ec', 'https://b.example/o/7'],
	['/files/download/a.csv?token=5ec', '/files/download/a.csv'],
	["https://b/o?n=a b\nc'd&s=5ec", 'https://b/o'],
	['o#s=5ec', 'o'],
	['/files/download/a.csv', '/files/download/a.csv'],
])('the link %j without its query', (link, bare) => {
	expect(withoutQuery(link)).toBe(bare);
});
