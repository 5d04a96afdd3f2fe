// What counts as a file, and its values, as read by Read Rows and Combine: shown on files that
// people really have. Each test is named after the case it covers.
import { gzipSync } from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';

import { useSandbox } from './harness';
import { runOnOutputs } from './harness/outputs';

const service = useSandbox();

const SOURCE = ['_output_id', '_filename', '_input_id', '_row'];

type File = { filename: string; content: string | Buffer; fileType?: string };

/** A job with these files. */
async function jobWith(files: File[]): Promise<string> {
	const [id = ''] = service.steer.seed({ outputs: 0, inputs: 1 }).ids;
	const outputs = files.map(({ content, ...file }) =>
		typeof content === 'string'
			? { ...file, content }
			: { ...file, base64: content.toString('base64') },
	);
	await service.steer.addOutputs(id, outputs);
	return id;
}

const read = async (files: File[], options: INodeParameters = {}, more: INodeParameters = {}) => {
	const parameters = { operation: 'readRows', returnAll: true, options, ...more };
	const run = await runOnOutputs(service, await jobWith(files), parameters);
	const isColumn = ([name]: [string, unknown]) => !SOURCE.includes(name);
	const rows = run.items.map(({ json }) =>
		Object.fromEntries(Object.entries(json).filter(isColumn)),
	);
	return { ...run, rows, said: `${run.error?.message} ${run.error?.description}` };
};

const combine = async (files: File[]) => {
	const parameters = { operation: 'download', returnAll: true, options: { combine: 'job' } };
	const run = await runOnOutputs(service, await jobWith(files), parameters);
	const [item] = run.items;
	const text = item?.binary ? (await run.binary(item)).toString() : undefined;
	return { ...run, text, said: `${run.error?.message} ${run.error?.description}` };
};

const utf16 = (text: string, isBigEndian = false): Buffer => {
	const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
	return isBigEndian ? bytes.swap16() : bytes;
};

describe('F1 compressed files', () => {
	const parts = (names: [string, string]): File[] =>
		names.map((filename, place) => ({
			filename,
			content: gzipSync(`{"n":${2 * place}}\n{"n":${2 * place + 1}}\n`),
			fileType: 'application/x-ndjson',
		}));

	test.each<[string, string]>([
		['r_part_0.jsonl.gz', 'r_part_1.jsonl.gz'],
		['r_part_0.jsonl', 'r_part_1.jsonl'],
	])('F1 Combine unpacks gzip, whatever the name says: %s', async (...names) => {
		const { text, error, items } = await combine(parts(names));
		expect(error).toBeUndefined();
		expect(text).toBe('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n');
		expect(items[0]?.json.filename).not.toMatch(/\.gz$/);
	});

	test('F1 Read Rows unpacks gzip', async () => {
		const { rows, error } = await read(parts(['a.csv', 'b.csv.gz']));
		expect(error).toBeUndefined();
		expect(rows).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
	});

	test('F1 a gzip that is cut off is an error, and not the rows up to there', async () => {
		const whole = gzipSync(Array.from({ length: 5_000 }, (_, n) => `{"n":${n}}\n`).join(''));
		const cut = { filename: 'a.jsonl', content: whole.subarray(0, whole.length - 20) };
		for (const { error, said } of [await read([cut]), await combine([cut])]) {
			expect(error).toBeDefined();
			expect(said).toMatch(/a\.jsonl .*damaged or cut off/);
		}
	});

	test.each([
		['ZIP', 'PK\x03\x04\x14\0', /ZIP archive/],
		['Zstandard', '\x28\xb5\x2f\xfd\x04', /Zstandard/],
		['bzip2', 'BZh91AY&SY', /bzip2/],
		['xz', '\xfd7zXZ\0\0', /xz/],
		['Parquet', 'PAR1\x15\x04', /Parquet/],
		['PDF', '%PDF-1.7\n', /PDF/],
		['PNG', '\x89PNG\r\n\x1a\n', /PNG/],
		['zero bytes', 'a,b\n1,\0\n', /zero bytes/],
	])('F1 %s is refused in words, in a file called CSV', async (_, start, words) => {
		const file = { filename: 'a.csv', content: Buffer.from(start, 'latin1') };
		const two = { filename: 'b.csv', content: 'a,b\n1,2\n' };
		for (const { error, said } of [await read([file]), await combine([two, file])]) {
			expect(error).toBeDefined();
			expect(said).toMatch(words);
			expect(said).toContain('a.csv');
		}
	});
});

test.each([false, true])('F2 Combine of two UTF-16 parts (big endian: %s)', async (isBig) => {
	const { text, error } = await combine([
		{ filename: 'r_part_0.jsonl', content: utf16('{"s":"é"}\n', isBig) },
		{ filename: 'r_part_1.jsonl', content: utf16('{"s":"ü"}\n', isBig) },
		{ filename: 'r_part_2.jsonl', content: '{"s":"ö"}\n' },
	]);
	expect(error).toBeUndefined();
	expect(text).toBe('{"s":"é"}\n{"s":"ü"}\n{"s":"ö"}\n');
});

describe('F2 Combine of parts in several encodings', () => {
	const csv = (text: string, encoding: BufferEncoding) => Buffer.from(`name\n${text}\n`, encoding);
	const parts = (...contents: Buffer[]): File[] =>
		contents.map((content, place) => ({ filename: `r_part_${place}.csv`, content }));

	test.each([
		['Latin-1 and UTF-8', [csv('M\xfcller', 'latin1'), csv('Jörg', 'utf8')], 'r_part_1.csv'],
		['UTF-8 and Latin-1', [csv('Jörg', 'utf8'), csv('M\xfcller', 'latin1')], 'r_part_1.csv'],
		['Latin-1 and UTF-16', [csv('M\xfcller', 'latin1'), utf16('name\nJörg\n')], 'r_part_1.csv'],
		['ASCII between', [csv('é', 'utf8'), csv('e', 'utf8'), csv('\xe9', 'latin1')], 'r_part_2.csv'],
	])('F2 %s: refused, naming the part', async (_, contents, name) => {
		const { said, text } = await combine(parts(...contents));
		expect(text).toBeUndefined();
		expect(said).toContain(name);
		expect(said).toMatch(/UTF-8/);
	});

	test.each([
		['UTF-16 and UTF-8', [utf16('name\nJörg\n'), csv('é', 'utf8')], 'name\nJörg\né\n'],
		['ASCII and UTF-8', [csv('a', 'utf8'), csv('é', 'utf8')], 'name\na\né\n'],
	])('F2 %s: decoded', async (_, contents, expected) => {
		expect((await combine(parts(...contents))).text).toBe(expected);
	});

	test('F2 Latin-1 alone stays as it is', async () => {
		const files = parts(csv('M\xfcller', 'latin1'), csv('M\xe9nard', 'latin1'));
		const parameters = { operation: 'download', returnAll: true, options: { combine: 'job' } };
		const { items, binary } = await runOnOutputs(service, await jobWith(files), parameters);
		expect((await binary(items[0]!)).toString('latin1')).toBe('name\nM\xfcller\nM\xe9nard\n');
	});
});

describe('F3 line ends', () => {
	const table = [
		{ a: '1', b: '2' },
		{ a: '3', b: '4' },
	];

	test.each([
		['CR', 'a,b\r1,2\r3,4\r'],
		['CR, and none at the end', 'a,b\r1,2\r3,4'],
		['CRLF', 'a,b\r\n1,2\r\n3,4\r\n'],
		['a mix', 'a,b\r\n1,2\r3,4\n'],
		['CR, with blank lines', '\r\ra,b\r\r1,2\r3,4\r\r'],
	])('F3 CSV with %s', async (_, content) => {
		expect((await read([{ filename: 'cr.csv', content }])).rows).toEqual(table);
	});

	test('F3 JSONL with CR', async () => {
		const { rows } = await read([{ filename: 'cr.jsonl', content: '{"n":1}\r{"n":2}\r' }]);
		expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
	});

	test('F3 a CR within JSON is white space where lines end with LF', async () => {
		const { rows } = await read([{ filename: 'a.jsonl', content: '{"n":1}\n{"n":\r2}\n' }]);
		expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
	});

	test('F3 Combine of parts with CR has one header', async () => {
		const { text } = await combine([
			{ filename: 'r_part_0.csv', content: 'a,b\r1,2\r' },
			{ filename: 'r_part_1.csv', content: 'a,b\r3,4' },
		]);
		expect(text).toBe('a,b\r1,2\r3,4\n');
	});
});

describe('F4 encodings, delimiters and what is no table', () => {
	const latin1 = {
		filename: 'latin1.csv',
		content: Buffer.from('stadt,temp\nM\xfcnchen,5\xb0\n', 'latin1'),
	};

	test('F4 Latin-1 is read where chosen, and refused with line and byte otherwise', async () => {
		const { rows } = await read([latin1], { encoding: 'windows-1252' });
		expect(rows).toEqual([{ stadt: 'München', temp: '5°' }]);

		const { said, rows: none } = await read([latin1]);
		expect(none).toEqual([]);
		expect(said).toMatch(/latin1\.csv .*line 2 is not text in UTF-8.* byte 13 \(0xfc\).*Encoding/);
	});

	test.each([false, true])('F4 UTF-16 with a mark (big endian: %s)', async (isBig) => {
		const content = utf16('a,b\r\n1,é\r\n', isBig);
		const { rows, hints } = await read([{ filename: 'utf16.csv', content }]);
		expect(rows).toEqual([{ a: '1', b: 'é' }]);
		expect(hints.join()).toContain('UTF-16');
	});

	test('F4 UTF-16 without a mark is read where chosen', async () => {
		const content = Buffer.from('a,b\n1,🙂\n', 'utf16le');
		expect((await read([{ filename: 'a.csv', content }])).said).toContain('Encoding');
		const { rows } = await read([{ filename: 'a.csv', content }], { encoding: 'utf-16le' });
		expect(rows).toEqual([{ a: '1', b: '🙂' }]);
	});

	test.each([
		['semicolons', 'a;b;c\n1,5;2;3\n4;5;6\n', '1,5'],
		['tabs', 'a\tb\tc\n1,5\t2\t3\n4\t5\t6\n', '1,5'],
		['vertical bars', 'a|b|c\n1;5|2|3\n4|5|6\n', '1;5'],
	])('F4 %s are found, and shown in a hint', async (words, content, first) => {
		const { rows, hints } = await read([{ filename: 'd.csv', content }]);
		expect(rows).toEqual([
			{ a: first, b: '2', c: '3' },
			{ a: '4', b: '5', c: '6' },
		]);
		expect(hints.join()).toContain(words);
	});

	test('F4 a tie is a comma, and the Delimiter that is chosen counts', async () => {
		const file = { filename: 'd.csv', content: 'a,b;c\n1,2;3\n' };
		expect((await read([file])).rows).toEqual([{ a: '1', 'b;c': '2;3' }]);
		const { rows } = await read([file], { delimiter: 'semicolon' });
		expect(rows).toEqual([{ 'a,b': '1,2', c: '3' }]);
	});

	test.each([
		['a line that says it', 'sep=;\r\na;b\r\n1,5;2\r\n', [{ a: '1,5', b: '2' }]],
		['one in quotes', '"sep=|"\na|b\n1|2\n', [{ a: '1', b: '2' }]],
		['one behind a mark', '\ufeffsep=\t\na\tb\n1\t2\n', [{ a: '1', b: '2' }]],
		['one although lines say something else', 'sep=;\na,b\n1,2\n', [{ 'a,b': '1,2' }]],
		['two byte order marks', '\ufeff\ufeffa,b\n1,2\n', [{ a: '1', b: '2' }]],
		['a header alone', 'a,b\n', []],
		['a header without a line break', 'a,b', []],
		['white space alone', ' \n\n', []],
		['quotes within fields', 'a,b\n5" pipe,it\'s "x"\n', [{ a: '5" pipe', b: 'it\'s "x"' }]],
		['quoted delimiters and breaks', '"a;x";b\n"1;\n2";3\n', [{ 'a;x': '1;\n2', b: '3' }]],
		['a header like tags', '<DATE>,<TIME>\n1,2\n', [{ '<DATE>': '1', '<TIME>': '2' }]],
		['a header like a Parquet file', 'PARENT,ID3\n1,2\n', [{ PARENT: '1', ID3: '2' }]],
		['a header like an MP3', 'ID3,GIF8\n1,2\n', [{ ID3: '1', GIF8: '2' }]],
		['a header like a video', 'no_,ftyp\n1,2\n', [{ no_: '1', ftyp: '2' }]],
		['a header like units', '[kg],[m]\n1,2\n', [{ '[kg]': '1', '[m]': '2' }]],
	])('F4 %s', async (_, content, expected) => {
		const { rows, error } = await read([{ filename: 'd.csv', content }]);
		expect(error).toBeUndefined();
		expect(rows).toEqual(expected);
	});

	test('F4 a line that says the delimiter is once in a combined file, and counts as a line', async () => {
		const content = (row: string) => `sep=;\na;b\n${row}\n`;
		const files = ['1;2', '3;4'].map((row, place) => ({
			...{ filename: `r_part_${place}.csv`, content: content(row) },
		}));
		expect((await combine(files)).text).toBe('sep=;\na;b\n1;2\n3;4\n');
		const { said } = await read([{ filename: 'a.csv', content: content('1;2;3') }]);
		expect(said).toContain('line 3 has 3 fields');
	});

	test.each([
		['t.tsv', 'name\tplace, country\n1\tBonn, DE\n', { name: '1', 'place, country': 'Bonn, DE' }],
		['t.psv', 'a|b, c\n1|2, 3\n', { a: '1', 'b, c': '2, 3' }],
		['t.csv', 'a\tb\n1,5\t2\n', { a: '1,5', b: '2' }],
	])('F4 %s: the ending counts where the lines leave it open', async (filename, content, row) => {
		const { rows } = await read([{ filename, content }]);
		expect(rows).toEqual([row]);
	});

	test.each([
		['a tie', 'a,b;c\n1,2;3\n', /d\.csv: read with commas .*others would split/],
		['another sign', 'a:b\n1:2\n', /d\.csv: read with commas .*nothing splits/],
		['blanks', 'a b\n1 2\n', /d\.csv: read with commas .*nothing splits/],
	])('F4 %s is said in a hint', async (_, content, words) => {
		expect((await read([{ filename: 'd.csv', content }])).hints.join('\n')).toMatch(words);
		const chosen = await read([{ filename: 'd.csv', content }], { delimiter: 'comma' });
		expect(chosen.hints).toEqual([]);
	});

	test.each([
		['a list of S3', '<ListBucketResult xmlns="x"><Name>b</Name></ListBucketResult>', /it is XML/],
		['other XML', '<note>\n<to>x</to>\n</note>\n', /it is XML/],
		['PHP', '<?php echo 1; ?>\n', /it is XML/],
		['a comment of HTML', '<!-- x -->\n<html>', /a web page/],
		['HTML behind blanks', '\n\n  <!DOCTYPE html><html lang="en">', /a web page/],
		['HTML in UTF-16', utf16('<html><body>x</body></html>'), /a web page/],
		['an array of arrays', '[[1,2],[3,4]]\n', /one JSON array/],
		['an array of numbers', '[1,2]\n', /one JSON array/],
		['an empty array', '[]', /one JSON array/],
		['an array in each line', '[1,"a"]\n[2,"b"]\n', /its lines hold JSON arrays/],
		['an array over lines', '[\n  {"a":1}\n]\n', /one JSON array/],
		['an object over lines', '{\n  "a": 1\n}\n', /continues on the next line/],
		[
			'a zero byte far behind',
			`a,b\n${'1,2\n'.repeat(300_000)}3,\0\n`,
			/line 300002 contains a zero byte/,
		],
		[
			'UTF-16 without a mark',
			Buffer.from('a,b\n1,2\n', 'utf16le'),
			/UTF-16 without a byte order mark/,
		],
		['UTF-16 of the other order', Buffer.from('a,b\n', 'utf16le').swap16(), /UTF-16 without/],
		['UTF-32', Buffer.from('\xff\xfe\0\0a\0\0\0', 'latin1'), /UTF-32/],
		['Excel', Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1'), /Excel workbook/],
		['an MP4', Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), /MP4/],
		['an MP3', Buffer.from('ID3\x03\0\0\0', 'latin1'), /MP3/],
		['gzip of gzip', gzipSync(gzipSync('a,b\n1,2\n')), /gzip twice/],
		['gzip of a PDF', gzipSync('%PDF-1.7\n'), /PDF/],
		['a quote without an end', 'a,b\n"1,2\n', /quote that opens in line 2/],
		['text behind a quote', 'a,b\n"1"x,2\n', /line 2 has text after the quote/],
	])('F4 %s in place of CSV is refused in words', async (_, content, words) => {
		const { said, error, rows } = await read([{ filename: 'd.csv', content }]);
		expect(error).toBeDefined();
		expect(said).toMatch(words);
		expect(said).toContain('d.csv');
		expect(rows).toEqual([]);
	});

	test('F4 marks between the lines of JSONL', async () => {
		const content = '\ufeff{"a":1}\n\ufeff{"a":2}\n';
		expect((await read([{ filename: 'a.jsonl', content }])).rows).toEqual([{ a: 1 }, { a: 2 }]);
	});

	test('F4 decimal commas are numbers where chosen', async () => {
		const file = { filename: 'd.csv', content: 'a;b;c\n1,5;-2;1.5\n' };
		const { rows } = await read([file], { parseNumbers: true, decimalSeparator: 'comma' });
		expect(rows).toEqual([{ a: 1.5, b: -2, c: '1.5' }]);
	});

	test.each([
		['html.csv', '<html><body>Service, unavailable</body></html>\n', /a web page \(HTML\)/],
		['error.csv', '<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code></Error>', /XML/],
		['array.jsonl', '[\n{"a":1},\n{"a":2}\n]\n', /one JSON array/],
		['notes.txt', 'hello\nthere\n', /neither/],
	])('F4 %s is refused in words', async (filename, content, words) => {
		const { rows, said } = await read([{ filename, content, fileType: 'text/plain' }]);
		expect(rows).toEqual([]);
		expect(said).toMatch(words);
	});

	test('F4 the content decides, not the name', async () => {
		const { rows } = await read([
			{ filename: 'a.csv', content: '{"a":1}\n' },
			{ filename: 'b.txt', content: 'a,b\n1,2\n', fileType: 'text/plain' },
			{ filename: 'c.jsonl', content: 'a,b\n3,4\n' },
		]);
		expect(rows).toEqual([{ a: 1 }, { a: '1', b: '2' }, { a: '3', b: '4' }]);
	});
});

describe('F7 values as written', () => {
	test('F7 a JSON number that a double would change comes as text, and a hint says so', async () => {
		const content =
			'{"id":12345678901234567890,"x":1e400,"y":1.10,"deep":[{"z":9007199254740993}],"s":"1e400"}\n';
		const { rows, hints } = await read([{ filename: 'a.jsonl', content }]);
		expect(rows).toEqual([
			{
				...{ id: '12345678901234567890', x: '1e400', y: 1.1 },
				...{ deep: [{ z: '9007199254740993' }], s: '1e400' },
			},
		]);
		expect(hints.join()).toContain('given as text');
	});

	test.each([
		['long ids', 'a\n12345678901234567890\n', {}, /would not be exact are given as text/],
		['many digits', 'a\n0.12345678901234567890\n', {}, /would not be exact are given as text/],
		['a decimal comma', 'a;b\n1,5;x\n', {}, /numbers that contain a comma .* Decimal Separator/],
		['a point', 'a;b\n1.5;x\n', { decimalSeparator: 'comma' }, /numbers that contain a point/],
		['both', 'a;b\n1.5;2,5\n', {}, /numbers that contain a comma/],
	])('F7 Convert Numbers says what stays text: %s', async (_, content, more, words) => {
		const options = { parseNumbers: true, delimiter: 'semicolon', ...more };
		const file = { filename: 'a.csv', content };
		expect((await read([file], options)).hints.join('\n')).toMatch(words);
		expect((await read([file], { delimiter: 'semicolon' })).hints).toEqual([]);
	});

	test.each([
		[
			'shorter',
			'a,b\n1\n2,3\n',
			[
				{ a: '1', b: '' },
				{ a: '2', b: '3' },
			],
			/fewer fields than the header/,
		],
		['longer', 'a,b\n1,2,,\n', [{ a: '1', b: '2' }], /empty fields behind the last column/],
	])('rows that are %s than the header are said in a hint', async (_, content, expected, words) => {
		const { rows, hints } = await read([{ filename: 'a.csv', content }], { delimiter: 'comma' });
		expect(rows).toEqual(expected);
		expect(hints.join('\n')).toMatch(words);
	});

	test('F7 Convert Numbers leaves as text what a number cannot hold', async () => {
		const content = 'a,b\n0.12345678901234567890,1e-400\n0.1,1e22\n';
		const { rows } = await read([{ filename: 'a.csv', content }], { parseNumbers: true });
		expect(rows).toEqual([
			{ a: '0.12345678901234567890', b: '1e-400' },
			{ a: 0.1, b: 1e22 },
		]);
	});
});

describe('F8 Columns', () => {
	const spaced = { filename: 'a.csv', content: 'DATE_TIME, Prediction\nt0,on\n' };

	test('F8 names are compared without blanks around them', async () => {
		const { rows } = await read([spaced], { columns: 'DATE_TIME, Prediction' });
		expect(rows).toEqual([{ DATE_TIME: 't0', Prediction: 'on' }]);
	});

	test.each([{}, { returnAll: false, limit: 1 }])(
		'F8 a name that no file has is an error that lists the columns (%j)',
		async (more) => {
			const { said, rows } = await read([spaced, spaced], { columns: 'DATE_TIME,Label' }, more);
			expect(rows).toEqual([]);
			expect(said).toMatch(/No file has the column "Label".*"DATE_TIME", " Prediction"/);
		},
	);

	test('F8 a name that one of the files has is null in the others', async () => {
		const { rows } = await read(
			[
				{ filename: 'a.csv', content: 'x,y\n1,2\n' },
				{ filename: 'b.jsonl', content: '{"x":3,"z":4}\n{"x":5}\n' },
			],
			{ columns: 'x,z' },
		);
		expect(rows).toEqual([
			{ x: '1', z: null },
			{ x: 3, z: 4 },
			{ x: 5, z: null },
		]);
	});
});

describe('F10 columns of any name', () => {
	const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

	test.each(['csv', 'jsonl'])('F10 %s', async (ending) => {
		const content =
			ending === 'csv'
				? `${names.join()}\n1,2,3,4\n`
				: `{${names.map((name, place) => `"${name}":"${place + 1}"`).join()}}\n`;
		for (const options of [{}, { columns: names.join() }]) {
			const { rows, error } = await read([{ filename: `a.${ending}`, content }], options);
			expect(error).toBeUndefined();
			expect(Object.entries(rows[0]!)).toEqual(names.map((name, at) => [name, String(at + 1)]));
		}
	});

	test('H3 a column that is not there is not taken from the prototype', async () => {
		const { rows } = await read(
			[
				{ filename: 'a.csv', content: 'a\n1\n' },
				{ filename: 'b.csv', content: `${names.join()}\n1,2,3,4\n` },
			],
			{ columns: 'toString, __proto__' },
		);
		expect(Object.entries(rows[0]!)).toEqual([
			['toString', null],
			['__proto__', null],
		]);
	});
});

test('what stands in front of a break that lasts is given when a Limit asks for no more', async () => {
	const id = await jobWith([{ filename: 'a.csv', content: 'x\n1\n2\n' }]);
	const path = `/batch/jobs/${id}/outputs`;
	const list = await service.get<{ outputs: Array<{ data: object }> }>(path);
	const outputs = list.outputs.map((output) => ({
		...output,
		data: { ...output.data, num_bytes: 30_000_000 },
	}));
	service.steer.faults({ kind: 'body', path, body: { ...list, outputs }, times: null });
	const parameters = { operation: 'readRows', returnAll: false, limit: 1 };
	const { items, error } = await runOnOutputs(service, id, parameters);
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json)).toEqual([{ x: '1' }]);
});
