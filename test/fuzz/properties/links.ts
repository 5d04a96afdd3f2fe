import fc from 'fast-check';

import { assertEqual, assertThat } from '../assert';
import { longText, oddText, pattern, piece } from '../inputs';
import { isBelow, isPrivateHost, readApiKey, readBaseUrl, readRef } from '../product';
import { outcomeOf, property } from '../property';
import type { Property } from '../property';
import { assertLinear } from '../steps';

const base = fc.constantFrom(
	...['https://api.u1.archetypeai.app/v0.5', 'https://api.example/v0.5/deep', 'https://a.b/v0.5'],
	...['http://127.0.0.1:8787/v0.5', 'https://api.example:8443/v0.5'],
);

const ref = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				...['/', '/', '..', '.', '%2e', '%2F', '%5c', '\\', '?', '#', '@', ':', '//'],
			),
			fc.constantFrom(
				...['https:', 'HTTP://', 'http:/', 'v0.5', 'files', 'evil.example', '\t', '\n'],
			),
			fc.constantFrom(...['%252e', '%', '%zz', ';', '.%2e', '\ud800', '%00', '%0d%0aHost:x', '。']),
			piece,
		),
		{ maxLength: 12 },
	)
	.map((all) => all.join(''));

/** An IPv4 address in all the ways that a URL may write it. */
const written4 = (address: string): string[] => {
	const parts = address.split('.').map(Number);
	const number = parts.reduce((sum, part) => sum * 256 + part, 0);
	const [a = 0, b = 0, c = 0, d = 0] = parts;
	return [
		...[address, String(number), `0x${number.toString(16)}`, `0${number.toString(8)}`],
		...[`${a}.${b * 65_536 + c * 256 + d}`, `0x${a.toString(16)}.${b}.${c}.0${d.toString(8)}`],
		...[`${address}.`, [...address].map((one) => FULL_WIDTH.get(one) ?? one).join('')],
		...[`[::ffff:${address}]`, `[64:ff9b::${address}]`],
	];
};

const FULL_WIDTH = new Map(
	[...'0123456789'].map((digit) => [digit, String.fromCharCode(0xff10 + Number(digit))]),
);

export const links: Property[] = [
	property(
		'Refs: a path stays below the Base URL, and a link is a web address, whatever the service gives',
		fc.record({ ref, base, filename: fc.option(oddText(3)) }),
		({ ref, base, filename }) => {
			const read = readRef(ref, filename, base);
			if (read.kind === 'refused') return;
			if (read.kind === 'link') {
				const { protocol, hostname } = new URL(read.url);
				assertThat(/^https?:$/.test(protocol), () => protocol);
				const isInside = isPrivateHost(hostname) && !isPrivateHost(new URL(base).hostname);
				assertThat(!isInside, () => `${read.url} leads inside`);
				return;
			}
			const url = new URL(`${base}${read.path}`);
			assertThat(isBelow(url, base), () => `${url.href} is not below ${base}`);
			const { origin, pathname } = new URL(base);
			assertEqual(url.origin, origin, 'origin');
			assertThat(url.pathname.startsWith(`${pathname}/`), () => url.pathname);
			assertThat(decodesWithin(url.pathname, pathname), () => `${url.pathname} climbs`);
			assertThat(!/[\s\\#]/.test(read.path), () => `${read.path} is no path`);
		},
		2_000,
	),

	property(
		'Refs: an address is public or private, however it is written',
		fc.oneof(fc.ipV4(), fc.constantFrom('127.0.0.1', '169.254.169.254', '10.0.0.1', '0.0.0.0')),
		(address) => {
			const expected = isPrivateHost(address);
			for (const written of written4(address)) {
				const url = `http://${written}/x`;
				if (!URL.canParse(url)) continue;
				assertEqual(isPrivateHost(new URL(url).hostname), expected, url);
			}
		},
		500,
	),

	property(
		'Base URL: used as it is meant, or refused in words; the key goes nowhere else',
		fc.record({
			typed: fc.oneof(
				oddText(6),
				fc
					.tuple(fc.constantFrom('https://', 'http://', ''), fc.array(piece, { maxLength: 6 }))
					.map(([scheme, all]) => `${scheme}a.example/${all.join('')}`),
				ref,
			),
			allowInsecureHttp: fc.constantFrom(true, false, 'true' as const, null),
		}),
		async ({ typed, allowInsecureHttp }) => {
			const credentials = { baseUrl: typed, allowInsecureHttp: allowInsecureHttp as boolean };
			const read = await outcomeOf(() => readBaseUrl(credentials));
			if (read.error !== undefined) return;
			const url = new URL(read.result);
			assertThat(/^https?:$/.test(url.protocol), () => url.href);
			assertEqual([url.username, url.password, url.search, url.hash], ['', '', '', ''], 'parts');
			assertThat(!read.result.endsWith('/'), () => read.result);
			assertEqual(readBaseUrl({ ...credentials, baseUrl: read.result }), read.result, 'again');
			const isPlain = url.protocol === 'http:' && allowInsecureHttp !== true;
			const loopback = ['localhost', '127.0.0.1', '[::1]'];
			assertThat(!isPlain || loopback.includes(url.hostname), () => `plain ${url.href}`);
		},
		500,
	),

	property(
		'Key: sent as it is, or refused without being shown',
		fc.oneof(
			oddText(6),
			fc.string({ minLength: 12, maxLength: 40 }),
			fc.tuple(fc.constant('sk_live_5ec7e7'), oddText(2)).map((parts) => parts.join('')),
		),
		async (apiKey) => {
			const read = await outcomeOf(() => readApiKey({ apiKey }));
			const key = apiKey.trim();
			if (read.error === undefined) {
				assertEqual(read.result, key, 'key');
				assertThat(/^[\x21-\x7e]+$/.test(key), () => 'a header cannot hold it');
			} else if (key.length > 11) {
				assertThat(!read.error.message.includes(key), () => `${read.error.message} shows it`);
			}
		},
	),

	property(
		'Refs and Base URLs: reading takes steps in proportion to them',
		fc.record({ pattern, start: fc.constantFrom('', '/', 'https://a.example/', 'https://') }),
		async ({ pattern, start }) => {
			const base = 'https://api.example/v0.5';
			await assertLinear(10_000, (size) => {
				const long = start + longText(pattern, size);
				return [
					readRef(long, long, base),
					outcomeOf(() => readBaseUrl({ baseUrl: long })),
					outcomeOf(() => readApiKey({ apiKey: long })),
				];
			});
		},
		8,
	),
];

/** However often anything on the way decodes it, a path never climbs. */
function decodesWithin(path: string, base: string): boolean {
	const decoded = path.replace(/%(2e|2f|5c)/gi, (code) => decodeURIComponent(code));
	const steps: string[] = [];
	for (const step of decoded.replaceAll('\\', '/').split('/')) {
		if (step === '..') steps.pop();
		else if (step !== '.') steps.push(step);
	}
	return `${steps.join('/')}/`.startsWith(`${base}/`);
}
