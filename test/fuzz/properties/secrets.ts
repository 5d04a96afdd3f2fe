import fc from 'fast-check';

import { node } from '../../unit/api/node';
import { assertEqual, assertThat } from '../assert';
import { anyJson, longText, oddText, pattern } from '../inputs';
import {
	isTooDeep,
	redact,
	shapeError,
	statusError,
	usageError,
	withoutSignatures,
} from '../product';
import { property } from '../property';
import type { Property } from '../property';
import { assertLinear } from '../steps';

/** What a key can contain, as readApiKey accepts it: printable characters without blanks. */
const key = fc.oneof(
	fc.string({
		unit: fc.constantFrom(...'abcdefghijkmnopqrstuvwxyzABCXYZ0123456789'),
		minLength: 20,
		maxLength: 60,
	}),
	fc.string({
		unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
		minLength: 20,
		maxLength: 60,
	}),
);

/** Another key of the same form: each letter and digit is different, and symbols stay. */
const otherThan = (key: string): string =>
	key
		.replace(/[a-z]/g, (one) => following(one, 'a', 26))
		.replace(/[A-Z]/g, (one) => following(one, 'A', 26))
		.replace(/\d/g, (one) => following(one, '0', 10));

const following = (one: string, first: string, count: number): string => {
	const start = first.charCodeAt(0);
	return String.fromCharCode(start + ((one.charCodeAt(0) - start + 7) % count));
};

const bytesOf = (text: string) => [...Buffer.from(text)];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** Ways in which a server may write a key that it echoes. */
const SPELLINGS: Array<[name: string, spell: (key: string) => string]> = [
	['as it is', (key) => key],
	['in lower case', (key) => key.toLowerCase()],
	['in upper case', (key) => key.toUpperCase()],
	['as a bearer token', (key) => `Authorization: Bearer ${key}`],
	['in JSON', (key) => JSON.stringify(key)],
	['in JSON twice', (key) => JSON.stringify(JSON.stringify(key))],
	[
		'in JSON with escapes',
		(key) => [...key].map((one) => `\\u00${hex(one.charCodeAt(0))}`).join(''),
	],
	['in a URL', (key) => `https://b.example/o?key=${encodeURIComponent(key)}`],
	['in a URL, without a link', (key) => encodeURIComponent(key)],
	['in a URL twice', (key) => encodeURIComponent(encodeURIComponent(key))],
	[
		'in a URL, each character',
		(key) =>
			bytesOf(key)
				.map((byte) => `%${hex(byte)}`)
				.join(''),
	],
	['in HTML', (key) => key.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)],
	[
		'in HTML, each character',
		(key) =>
			bytesOf(key)
				.map((byte) => `&#x${hex(byte)};`)
				.join(''),
	],
	['in base64', (key) => Buffer.from(key).toString('base64')],
	['in base64 of URLs', (key) => Buffer.from(key).toString('base64url')],
	['in base64 with others', (key) => Buffer.from(`{"k":"${key}","z":1}`).toString('base64')],
	['in Basic', (key) => `Basic ${Buffer.from(`me:${key}`).toString('base64')}`],
	['in hex', (key) => Buffer.from(key).toString('hex')],
	['in upper hex', (key) => Buffer.from(`Bearer ${key}`).toString('hex').toUpperCase()],
	[
		'in escapes of bytes',
		(key) =>
			bytesOf(key)
				.map((byte) => `\\x${hex(byte)}`)
				.join(''),
	],
	['in hex with colons', (key) => bytesOf(key).map(hex).join(':')],
];

const spelling = fc.constantFrom(...SPELLINGS);

/** Words around it; none ends or begins like a piece of encoded text. */
const around = fc.constantFrom(
	'',
	'no such key: ',
	'"',
	'(',
	'<b>',
	'key=',
	', ',
	"x: '",
	'\n',
	'{"k":"',
);

/** Every way in which the service's words reach a reader. */
const PLACES: Array<[name: string, say: (words: string, key: string) => unknown]> = [
	['an error of the list', (words, key) => shown(key, 400, { errors: [{ message: words }] })],
	['a code', (words, key) => shown(key, 401, { errors: [{ message: 'no', code: words }] })],
	[
		'an error ID',
		(words, key) => shown(key, 500, { errors: [{ message: 'no', error_uid: words }] }),
	],
	['a suggestion', (words, key) => shown(key, 422, { error: { message: 'a', suggestion: words } })],
	['a detail', (words, key) => shown(key, 404, { detail: words })],
	[
		'a list of details',
		(words, key) => shown(key, 422, { detail: [{ loc: [words], msg: words }] }),
	],
	['a field nobody knows', (words, key) => shown(key, 400, { [words]: { deep: [words] } })],
	['a page', (words, key) => shown(key, 502, `<html><title>x</title><p>${words}</p></html>`)],
	['XML', (words, key) => shown(key, 403, `<Code>A</Code><Message>${words}</Message>`)],
	['a success', (words, key) => fields(shapeError({ ...info, secrets: [key] }, words))],
	['a text', (words, key) => redact(words, [key])],
];

const info = { node, request: 'GET /batch/jobs', subject: 'The list of jobs' };

const shown = (key: string, status: number, body: unknown) =>
	fields(statusError({ ...info, secrets: [key] }, { status, headers: {}, body }));

/** Everything that n8n keeps and shows of an error, including its stack without the frames. */
const fields = (error: Error & { description?: string | null; context?: unknown }) =>
	JSON.stringify([error.message, error.description, error.context, { ...error }]).replace(
		/"(?:timestamp|stack)":"?[^,]*,?/g,
		'',
	);

const SIGNING = [
	'X-Amz-Signature=',
	'Signature=',
	'sig=',
	'X-Goog-Signature=',
	'X-Amz-Credential=',
];

export const secrets: Property[] = [
	property(
		'Secrets: what is shown does not depend on the key, however and wherever it is echoed',
		fc.record({
			key,
			spelling,
			place: fc.constantFrom(...PLACES),
			around: fc.tuple(around, around),
		}),
		({ key, spelling: [, spell], place: [, say], around: [before, after] }) => {
			const [one, other] = [key, otherThan(key)].map((each) =>
				say(`${before}${spell(each)}${after}`, each),
			);
			assertThat(!String(one).includes(key), () => `${String(one)} shows ${key}`);
			assertEqual(one, other, 'what is shown');
		},
		500,
	),

	property(
		'Secrets: what is shown does not depend on the signature of a link',
		fc.record({
			signatures: fc.tuple(...[0, 1].map(() => fc.stringMatching(/^[a-f\d]{20,64}$/))),
			path: fc.array(fc.constantFrom('a', 'é', '%20', '-', '/'), { maxLength: 6 }),
			name: fc.constantFrom(...SIGNING),
			start: fc.constantFrom('https://b.example/', '/o/', 'http://[::1]:9/', 'see https://b/'),
			around: fc.tuple(around, around),
		}),
		({ signatures, path, name, start, around: [before, after] }) => {
			const linkOf = (signature: string) =>
				`${before}${start}${path.join('')}?x=1&${name}${signature}&y=2${after}`;
			const [one, other] = signatures.map((signature) => [
				...PLACES.map(([, say]) => say(linkOf(signature), 'sk_some_other_key')),
				fields(usageError(node, linkOf(signature), linkOf(signature))),
				JSON.stringify(withoutSignatures({ a: [linkOf(signature)], [linkOf(signature)]: 1 })),
			]);
			assertEqual(one, other, 'what is shown');
		},
	),

	property(
		'Secrets: cleaning leaves a value that has none as it is',
		anyJson(['a', 'b']),
		(json) => {
			if (/sig|cred|token|key|policy|secret|password/i.test(json)) return;
			// What precedes a host is a user name.
			if (/:\/\/[^\s/?#"<>]+@/.test(json)) return;
			const value: unknown = JSON.parse(json);
			if (isTooDeep(value)) return;
			assertThat(withoutSignatures(value) === value, () => 'another value');
		},
	),

	property(
		'Secrets: redacting twice is redacting once',
		fc.record({ text: oddText(), secret: key }),
		({ text, secret }) => {
			const safe = redact(text, [secret]);
			assertEqual(redact(safe, [secret]), safe, 'text');
		},
		500,
	),

	property(
		'Secrets: redacting takes steps in proportion to the text',
		fc.record({ pattern, key, spelling }),
		async ({ pattern, key, spelling: [, spell] }) => {
			await assertLinear(15_000, (size) => {
				const text = longText({ ...pattern, end: spell(key) }, size);
				return [redact(text, [key]), withoutSignatures({ a: text })];
			});
		},
		8,
	),
];
