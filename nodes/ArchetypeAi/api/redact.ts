import { withoutSecret } from './secrets';

/** Runs of characters that a link can be part of; its query may contain `'` and `,`. */
const WORD = /[^\s"<>]+/g;
/** A word that contains a link: `https://…`, or a path from its first slash. */
const LINK = /^(?:[^?#]*[^\w?#])?\//;
/** `Bearer` and a token. Plain words have no digits and fewer letters: "Bearer authentication required". */
const BEARER = /(Bearer:?\s+)(?:(?=[^\s"']*\d)[^\s"']{8,}|[^\s"']{20,})/gi;
/** The sensitive parts of a presigned link's query when they appear without the link, even if escaped. */
const SIGNATURE =
	/(Signature|Credential|Security-Token|AWSAccessKeyId|(?:\b|(?<=%(?:25)*(?:3f|26)))sig)(?:=|%(?:25)*3D)[^\s"<>&]+/gi;
/** A user name and password before a link's host. */
const USER = /(?<=:\/\/)[^\s/?#"<>]+@/g;
/** A secret after its name, as in a program's environment: `ATAI_API_KEY=…`; a colon may be followed by prose. */
const NAMED =
	/((?:api[-_]?key|access[-_]?key(?:[-_]id)?|secret(?:[-_]\w+)?|token|passw(?:or)?d)["']?\s?(?:=|%3D|:(?=\S?\s?\S*\d))\s?["']?)[^\s"'<>&,;*]{8,}/gi;

/**
 * The text without link signatures, bearer tokens and the given secrets: safe for a message, a log or an
 * item. Links lose their query. The time is proportional to the text's length.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	let safe = text;
	for (const secret of secrets) safe = withoutSecret(safe, secret);
	return withoutMarks(
		safe.replace(WORD, (word) => (LINK.test(word) ? withoutQuery(word) : word)),
	).replace(BEARER, '$1***');
}

const withoutMarks = (text: string): string =>
	text.replace(USER, '***@').replace(SIGNATURE, '$1=***').replace(NAMED, '$1***');

/** Query parameters of a link that grants access. */
const SIGNED =
	/(?:signature|credential|security-token|awsaccesskeyid|key-pair-id|policy|token|\bsig|\bkey|secret|password)(?:=|%(?:25)*3d)/i;
/** Whether a text may contain something to redact. */
const MAY_HAVE_SECRET = /[=@]|%3d|%253d|(?:key|token|secret\w*|passw(?:or)?d)["']?\s?:/i;

/**
 * A value of the service, safe for an item: in all its strings, signed links lose their query, and named
 * secrets are removed. Other links, and everything else, stay as they are.
 */
export function withoutSignatures<Value>(value: Value): Value {
	if (typeof value === 'string') return withoutSigned(value) as Value;
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) {
		const cleaned = value.map((entry: unknown) => withoutSignatures(entry));
		return (cleaned.some((entry, at) => entry !== value[at]) ? cleaned : value) as Value;
	}
	const entries = Object.entries(value);
	const cleaned = entries.map(([key, entry]) => [
		withoutSigned(key),
		withoutSignatures(entry as unknown),
	]);
	const isSame = cleaned.every(
		([key, entry], at) => key === entries[at]![0] && entry === entries[at]![1],
	);
	return isSame ? value : (Object.fromEntries(cleaned) as Value);
}

function withoutSigned(text: string): string {
	if (!MAY_HAVE_SECRET.test(text)) return text;
	const isSignedLink = (word: string) => LINK.test(word) && SIGNED.test(word);
	return withoutMarks(
		text.replace(WORD, (word) => (isSignedLink(word) ? withoutQuery(word) : word)),
	);
}

/** A link, absolute or relative, without its query, where presigned links carry their signature. */
export function withoutQuery(link: string): string {
	const at = link.search(/[?#]/);
	return at < 0 || at === link.length - 1 ? link : link.slice(0, at);
}
