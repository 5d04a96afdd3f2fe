import { withoutSecret } from './secrets';

/** Runs of characters that a link can be part of; `'` and `,` may stand in its query. */
const WORD = /[^\s"<>]+/g;
/** A word with a link in it: `https://…`, or a path from its first slash. */
const LINK = /^(?:[^?#]*[^\w?#])?\//;
/** `Bearer` and a token. Words have no digits and fewer letters: "Bearer authentication required". */
const BEARER = /(Bearer:?\s+)(?:(?=[^\s"']*\d)[^\s"']{8,}|[^\s"']{20,})/gi;
/** The telling parts of a presigned link's query, where they stand without the link. */
const SIGNATURE = /(Signature|Credential|Security-Token|AWSAccessKeyId|\bsig)(?:=|%3D)[^\s"<>&]+/gi;

/**
 * The text without link signatures, bearer tokens and the given secrets: what may be put into a
 * message, a log or an item. Links lose their query. Takes time in proportion to the text's length.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	let safe = text;
	for (const secret of secrets) safe = withoutSecret(safe, secret);
	return safe
		.replace(WORD, (word) => (LINK.test(word) ? withoutQuery(word) : word))
		.replace(BEARER, '$1***')
		.replace(SIGNATURE, '$1=***');
}

/** Marks of a link that is a key to what it leads to. */
const SIGNED =
	/(?:signature|credential|security-token|awsaccesskeyid|key-pair-id|policy|token|\bsig|\bkey|secret|password)(?:=|%3d)/i;

/**
 * A value of the service as it may stand in an item: in all its texts, links that carry a signature
 * lose their query. Other links, and everything else, stay as they are.
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
	if (!SIGNED.test(text)) return text;
	const isSignedLink = (word: string) => LINK.test(word) && SIGNED.test(word);
	return text
		.replace(WORD, (word) => (isSignedLink(word) ? withoutQuery(word) : word))
		.replace(SIGNATURE, '$1=***');
}

/** A link, absolute or relative, without its query, where presigned links carry their signature. */
export function withoutQuery(link: string): string {
	const at = link.search(/[?#]/);
	return at < 0 || at === link.length - 1 ? link : link.slice(0, at);
}
