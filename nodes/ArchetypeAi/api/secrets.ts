/** How many times a key may have been escaped. */
const DEPTH = 3;
/** Shorter secrets are found only as written, not in encoded text. */
const SHORTEST_ENCODED = 8;
/** A beginning of a secret at least this long is replaced, too: whoever repeats it may cut it off. */
const SHORTEST_BEGINNING = 12;

/** Escapes of URLs, of JSON and programs, and of HTML. */
const ESCAPES = [
	/%[\da-f]{2}/gi,
	/\\u[\da-f]{4}|\\x[\da-f]{2}|\\[\\"'/]/gi,
	/&#x[\da-f]{1,6};|&#\d{1,7};|&(?:amp|lt|gt|quot|apos);/gi,
];
const NAMES = new Map([
	['&amp;', '&'],
	['&lt;', '<'],
	['&gt;', '>'],
	['&quot;', '"'],
	['&apos;', "'"],
]);
const HEX = /[\da-f](?:[:-]?[\da-f]){15,}/gi;
const BASE64 = /[A-Za-z\d+/_-]{11,}/g;

/** A part of a text, from one index to another. */
type Span = [from: number, to: number];

/**
 * The text with `***` in place of a secret: as it is, in any case, cut off at the end, escaped for URLs,
 * JSON or HTML (also several times over), and within base64 or hex, which is then replaced as a whole. The
 * time is proportional to the text's length.
 */
export function withoutSecret(text: string, secret: string): string {
	if (secret === '') return text;
	const wanted = inLowerCase(secret);
	const found: Span[] = [];
	for (const level of levelsOf({ text })) {
		for (const [from, to] of spansIn(level.text, wanted)) {
			found.push([placeOf(level, from), placeOf(level, to)]);
		}
	}
	return found.length === 0 ? text : replaced(text, found);
}

/** A text as it is, and with each kind of escape decoded, up to three times. */
function* levelsOf(level: Level, depth = 0): Generator<Level> {
	yield level;
	if (depth === DEPTH) return;
	for (const escape of ESCAPES) {
		const next = unescaped(level, escape);
		if (next !== undefined) yield* levelsOf(next, depth + 1);
	}
}

/** A text without its escapes, and where each of its characters is in the original. */
interface Level {
	text: string;
	/** The same as in the text itself when undefined; one more than characters, for the end. */
	places?: number[];
}

const placeOf = ({ places }: Level, at: number): number => places?.[at] ?? at;

/** Undefined when it has no such escapes. */
function unescaped(level: Level, escapes: RegExp): Level | undefined {
	const pieces: string[] = [];
	const places: number[] = [];
	let from = 0;
	const keep = (to: number) => {
		pieces.push(level.text.slice(from, to));
		for (let at = from; at < to; at++) places.push(placeOf(level, at));
	};
	for (const { 0: escape, index } of level.text.matchAll(escapes)) {
		keep(index);
		const character = meaningOf(escape);
		pieces.push(character);
		for (let unit = 0; unit < character.length; unit++) places.push(placeOf(level, index));
		from = index + escape.length;
	}
	if (from === 0) return undefined;
	keep(level.text.length);
	places.push(placeOf(level, level.text.length));
	return { text: pieces.join(''), places };
}

function meaningOf(escape: string): string {
	const name = NAMES.get(escape.toLowerCase());
	if (name !== undefined) return name;
	const [, hex, decimal] = /^(?:%|\\u|\\x|&#x)([\da-f]+);?$|^&#(\d+);$/i.exec(escape) ?? [];
	if (hex === undefined && decimal === undefined) return escape.slice(1);
	const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
	return code > 0x10ffff ? ' ' : String.fromCodePoint(code);
}

/** Where a text, in lower case, occurs in another. */
function spansIn(text: string, wanted: string): Span[] {
	const spans = beginningsIn(inLowerCase(text), wanted);
	if (wanted.length < SHORTEST_ENCODED) return spans;
	for (const [runs, decode, alignments] of ENCODINGS) {
		for (const { 0: run, index } of text.matchAll(runs)) {
			const holds = alignments.some((start) =>
				inLowerCase(decode(run.slice(start))).includes(wanted),
			);
			if (holds) spans.push([index, index + run.length]);
		}
	}
	return spans;
}

/** Runs of characters that may be encoded, how to decode them, and the offsets where encoding may begin. */
const ENCODINGS: Array<[runs: RegExp, decode: (run: string) => string, alignments: number[]]> = [
	[BASE64, (run) => Buffer.from(run, 'base64').toString('latin1'), [0, 1, 2, 3]],
	[HEX, (run) => Buffer.from(run.replace(/[^\da-f]/gi, ''), 'hex').toString('latin1'), [0, 1]],
];

/** ASCII only, so that a text keeps its length. */
const inLowerCase = (text: string): string =>
	text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Where a text occurs in another, whole or cut off at the end. */
function beginningsIn(text: string, wanted: string): Span[] {
	const spans: Span[] = [];
	const beginning = wanted.slice(0, SHORTEST_BEGINNING);
	for (let at = text.indexOf(beginning); at >= 0;) {
		let to = at + beginning.length;
		while (to - at < wanted.length && text[to] === wanted[to - at]) to++;
		spans.push([at, to]);
		at = text.indexOf(beginning, to);
	}
	return spans;
}

function replaced(text: string, spans: Span[]): string {
	const pieces: string[] = [];
	let end = 0;
	for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
		if (from >= end) pieces.push(text.slice(end, from), '***');
		end = Math.max(end, to);
	}
	return pieces.join('') + text.slice(end);
}
