import fc from 'fast-check';

import { isBelow } from '../../../nodes/ArchetypeAi/api/baseUrl';
import { readRef } from '../../../nodes/ArchetypeAi/api/files/ref';
import { isPrivateHost } from '../../../nodes/ArchetypeAi/api/hosts';

const PUBLIC = 'https://api.u1.archetypeai.app/v0.5';
const LOCAL = 'http://127.0.0.1:8787/v0.5';

const path = (path: string) => ({ kind: 'path', path });

describe('F13 a relative ref is the file that is meant', () => {
	test.each<[string, string]>([
		['/files/download/fil_1', '/files/download/fil_1'],
		['files/download/fil_1', '/files/download/fil_1'],
		['/v0.5/files/download/fil_1', '/files/download/fil_1'],
		['/v0.5x/files', '/v0.5x/files'],
		['/files/download/a b#c?d.csv', '/files/download/a%20b%23c%3Fd.csv'],
		['/files/download/a%20b.csv', '/files/download/a%20b.csv'],
		['/files/download/100%.csv', '/files/download/100%25.csv'],
		['/files/download/ä📈.csv', '/files/download/%C3%A4%F0%9F%93%88.csv'],
		['/files/download/fil_1?token=5ec&x=a%20b', '/files/download/fil_1?token=5ec&x=a%20b'],
		['//elsewhere.example/x', '/elsewhere.example/x'],
		['/files/download/a\\..\\b.csv', '/files/download/a%5C..%5Cb.csv'],
	])('F13 %s', (ref, expected) => {
		const read = readRef(ref, null, PUBLIC);
		if (ref.includes('\\')) expect(read.kind).toBe('refused');
		else expect(read).toEqual(path(expected));
	});

	test('F13 a question mark that is part of the name is no query', () => {
		const read = readRef('/files/download/a?b=c.csv', 'a?b=c.csv', PUBLIC);
		expect(read).toEqual(path('/files/download/a%3Fb=c.csv'));
	});
});

describe('H9 nothing is asked with the key outside of the Base URL', () => {
	test.each([
		'/../../admin',
		'/files/../../admin',
		'/files/%2e%2e/%2e%2e/admin',
		'/files/..%2f..%2f..%2fadmin',
		'/files/..%5c..%5cadmin',
		'..',
		'/v0.5/../admin',
		'ftp://elsewhere.example/x',
		's3://bucket/key',
		'file:///etc/passwd',
		'javascript:alert(1)',
		'https://',
	])('H9 %s', (ref) => {
		expect(readRef(ref, null, PUBLIC).kind).toBe('refused');
	});

	test('H9 whatever the ref, a path stays below the Base URL', () => {
		const pieces = fc.constantFrom(
			...[
				'/',
				'..',
				'.',
				'%2e',
				'%2f',
				'%5c',
				'\\',
				'?',
				'#',
				'@',
				':',
				'a',
				'v0.5',
				'%',
				'\t',
				'\n',
			],
		);
		fc.assert(
			fc.property(fc.string({ unit: pieces, maxLength: 12 }), (ref) => {
				const read = readRef(ref, null, PUBLIC);
				if (read.kind !== 'path') return;
				const url = new URL(`${PUBLIC}${read.path}`);
				expect(isBelow(url, PUBLIC)).toBe(true);
				expect(url.href.startsWith(`${PUBLIC}/`)).toBe(true);
			}),
			{ numRuns: 5_000 },
		);
	});
});

describe('H8 links of a public service lead to public addresses', () => {
	const links = [
		...['http://169.254.169.254/latest/meta-data', 'http://127.0.0.1:8080/x', 'http://localhost/x'],
		...['http://10.0.0.7/x', 'http://172.16.0.1/x', 'http://192.168.1.1/x', 'http://0.0.0.0/x'],
		...['http://100.64.0.1/x', 'http://2130706433/x', 'http://0x7f.1/x', 'http://017700000001/x'],
		...['http://[::1]/x', 'http://[fe80::1]/x', 'http://[fd00::1]/x', 'http://[::ffff:10.0.0.1]/x'],
		...['http://[64:ff9b::a9fe:a9fe]/x', 'http://[2002:7f00:1::]/x', 'http://[::]/x'],
		...['http://metadata.google.internal/x', 'http://printer.local/x', 'http://intranet/x'],
		...['http://127.0.0.1./x', 'http://api.localhost/x', 'http://255.255.255.255/x'],
	];

	test.each(links)('H8 %s is refused', (link) => {
		const refused = readRef(link, null, PUBLIC);
		expect(refused).toMatchObject({
			kind: 'refused',
			problem: expect.stringContaining('private') as string,
		});
		expect(readRef(link, null, LOCAL)).toEqual({ kind: 'link', url: link });
	});

	test.each([
		'https://bucket.s3.amazonaws.com/key?X-Amz-Signature=5ec',
		'http://8.8.8.8/x',
		'http://172.32.0.1/x',
		'http://[2606:4700::1111]/x',
		'http://[::ffff:8.8.8.8]/x',
		'https://internal.example.com/x',
	])('%s is followed', (link) => {
		expect(readRef(link, null, PUBLIC)).toEqual({ kind: 'link', url: link });
	});

	test('any address is public or private, however it is written', () => {
		fc.assert(
			fc.property(fc.ipV4(), (address) => {
				const mapped = new URL(`http://[::ffff:${address}]`).hostname;
				expect(isPrivateHost(mapped)).toBe(isPrivateHost(address));
				const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
				expect(isPrivateHost(new URL(`http://${number}`).hostname)).toBe(isPrivateHost(address));
			}),
		);
	});
});
