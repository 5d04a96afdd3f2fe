import fc from 'fast-check';

/** Fragments that are special to one of the readers, so that they often meet. */
const PIECES = [
	...[
		'"',
		'""',
		',',
		';',
		'\t',
		'|',
		'\n',
		'\r',
		'\r\n',
		'\n\n',
		' ',
		'',
		'\ufeff',
		'\0',
		'\\',
		'\\"',
	],
	...['a', 'b', 'é', 'ß', '🙂', '\ud83d', '\udc00', '\u202e', '\u200b', '\u2028', '日本', 'İ', 'ﬁ'],
	...[
		'{',
		'}',
		'[',
		']',
		':',
		'{"a":1}',
		'{"a":',
		'"a":',
		'[{',
		'null',
		'true',
		'NaN',
		'-Infinity',
	],
	...['0', '1', '-1', '1.5', '1,5', '007', '1e400', '12345678901234567890', '0.1', '1e-400', '-0'],
	...['=1+1', '+1', '-a', '@x', '<html>', '<', '>', '&lt;', '<!--', '<?xml ', '<Code>', '</Code>'],
	...[
		'__proto__',
		'constructor',
		'toString',
		'hasOwnProperty',
		'_row',
		'a_2',
		'%PDF-',
		'PK\x03\x04',
	],
	...[
		'https://',
		'b.example/o',
		'?',
		'#',
		'&',
		'=',
		'%',
		'%3D',
		'sig',
		'Signature',
		'Bearer',
		'sk_',
	],
	...[
		'..',
		'.',
		'/',
		'\\',
		'//',
		'@',
		'~',
		'-rf',
		'CON',
		'*',
		'?*',
		'error_uid',
		'detail',
		'errors',
	],
];

export const piece = fc.constantFrom(...PIECES);

/** Texts in which such fragments meet, and others of arbitrary characters. */
export const oddText = (most = 40): fc.Arbitrary<string> =>
	fc.oneof(
		{ weight: 4, arbitrary: fc.array(piece, { maxLength: most }).map((all) => all.join('')) },
		{ weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: most }) },
		{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: most }) },
	);

/** A text of any desired length: a few fragments repeated, between others. */
export interface Pattern {
	start: string;
	again: string;
	end: string;
}

const some = (most: number) =>
	fc.array(piece, { minLength: 1, maxLength: most }).map((all) => all.join(''));

export const pattern: fc.Arbitrary<Pattern> = fc
	.record({ start: oddText(4), again: some(3), end: oddText(4) })
	.filter(({ again }) => again !== '');

export const longText = ({ start, again, end }: Pattern, length: number): string =>
	start + again.repeat(Math.ceil(length / again.length)) + end;

/**
 * JSON of any value, as sent, with the service's words as keys, and deep nesting. As text, because
 * most functions that take a value cannot print a deeply nested one.
 */
export const anyJson = (keys: string[] = []): fc.Arbitrary<string> => {
	const word = fc.oneof(fc.constantFrom(...keys, 'id', '__proto__', 'constructor'), oddText(3));
	const key = word.map((text) => JSON.stringify(text));
	const leaf = fc.oneof(
		fc.constantFrom('null', 'true', 'false', '0', '-1', '1e308', '1e999', '9007199254740993'),
		fc.constantFrom('""', '"RUNNING"', '"2026-03-01T00:00:00Z"'),
		oddText(8).map((text) => JSON.stringify(text)),
		fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
	);
	return fc.letrec<{ value: string }>((tie) => ({
		value: fc.oneof(
			{ maxDepth: 4, withCrossShrink: true },
			{ weight: 3, arbitrary: leaf },
			{ weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }).map(listOf) },
			{
				weight: 2,
				arbitrary: fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(objectOf),
			},
			{ weight: 1, arbitrary: deep },
		),
	})).value;
};

const listOf = (values: string[]): string => `[${values.join(',')}]`;

const objectOf = (entries: Array<[key: string, value: string]>): string =>
	`{${entries.map(([key, value]) => `${key}:${value}`).join(',')}}`;

const deep = fc
	.tuple(fc.constantFrom('[', '{"a":'), fc.constantFrom(10, 99, 9_000, 40_000))
	.map(([open, depth]) => `${open.repeat(depth)}null${(open === '[' ? ']' : '}').repeat(depth)}`);

/** Offsets at which bytes are split. */
export const cuts = (length = 80): fc.Arbitrary<number[]> =>
	fc.array(fc.nat(length), { maxLength: 12 });

/** Bytes in equal-sized pieces. */
export async function* inPiecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
