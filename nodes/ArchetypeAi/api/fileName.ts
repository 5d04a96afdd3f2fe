/** Longest file name that most file systems accept, in bytes. */
const MAX_BYTES = 255;
/**
 * Invisible characters that can disguise a name: control, formatting and blank characters, and lone
 * surrogates. The joiners of emoji sequences stay.
 */
const INVISIBLE = new RegExp(
	[
		'(?!JOINER|VARIANT)[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]',
		'(?<!\\p{Extended_Pictographic}|\\p{Emoji_Modifier}|VARIANT)(?:JOINER|VARIANT)',
	]
		.join('|')
		.replaceAll('JOINER', '\\u200d')
		.replaceAll('VARIANT', '\\ufe0f'),
	'gu',
);
/** Characters that file systems refuse. */
const REFUSED = /[<>:"|?*]/g;

/** Trailing dots and spaces, which some file systems drop; the look-behind keeps it linear. */
const TRAILING = /(?<![.\s])[.\s]+$/;
/** Leading characters that make a name hidden, a command-line option, or a home folder. */
const LEADING = /^[-.~]+/;
/** Windows device names, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?=\s*(?:\.|$))/i;

/**
 * A server-supplied file name made safe to write on any system: no folders, no invisible characters, not
 * a device name, not hidden, not a command-line option, at most 255 bytes with its extension kept. If
 * nothing is left of it, `fallback` treated the same way, and finally `file`.
 */
export function safeFileName(name: string | null | undefined, fallback: string): string {
	return clean(name ?? '') || clean(fallback) || 'file';
}

function clean(name: string): string {
	const base = name.split(/[\\/]/).pop() ?? '';
	const visible = base
		.replace(REFUSED, '')
		.replace(INVISIBLE, '')
		.replace(TRAILING, '')
		.trimStart();
	const safe = visible.replace(LEADING, '_').replace(DEVICE, '_$&');
	return markedName(safe, '').replace(TRAILING, '');
}

/** The name with `mark` after its stem, at most 255 bytes. */
export function markedName(name: string, mark: string): string {
	const extension = /(?<=.)\.[^.]{1,16}$/.exec(name)?.[0] ?? '';
	const room = MAX_BYTES - Buffer.byteLength(extension) - mark.length;
	const whole = name.slice(0, name.length - extension.length);
	if (Buffer.byteLength(whole) <= room) return whole + mark + extension;
	let stem = '';
	let bytes = 0;
	for (const character of whole) {
		bytes += Buffer.byteLength(character);
		if (bytes > room) break;
		stem += character;
	}
	return stem + mark + extension;
}

/** Hands out each name once, ignoring case: repeats become `name_2.csv`. */
export class DistinctNames {
	private readonly taken = new Set<string>();
	private readonly numbers = new Map<string, number>();

	/** `name`, or the next similar one that has not been handed out yet. */
	take(name: string): string {
		// Long names that are shortened to the same one share their numbering.
		const key = keyOf(markedName(name, LONGEST_MARK));
		let free = name;
		let number = this.numbers.get(key) ?? 2;
		for (; this.taken.has(keyOf(free)); number++) free = markedName(name, `_${number}`);
		this.numbers.set(key, number);
		this.taken.add(keyOf(free));
		return free;
	}
}

const LONGEST_MARK = '_99999999';

const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();
