/** Runs of characters that a link can be part of; `'` and `,` may stand in its query. */
const WORD = /[^\s"<>]+/g;
/** A word with a link in it: `https://…`, or a path from its first slash. */
const LINK = /^(?:[^?#]*[^\w?#])?\//;
/** `Bearer` and a token. Words have no digits and fewer letters: "Bearer authentication required". */
const BEARER = /(Bearer:?\s+)(?:(?=[^\s"']*\d)[^\s"']{8,}|[^\s"']{20,})/gi;
/** The telling parts of a presigned link's query, where they stand without the link. */
const SIGNATURE = /(Signature|Credential|Security-Token|AWSAccessKeyId|\bsig)=[^\s"<>&]+/gi;

/**
 * The text without link signatures, bearer tokens and the given secrets: what may be put into a
 * message, a log or an item. Links lose their query. Takes time in proportion to the text's length.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	let safe = text;
	for (const secret of secrets.filter(Boolean)) safe = safe.replaceAll(secret, '***');
	return safe
		.replace(WORD, (word) => (LINK.test(word) ? withoutQuery(word) : word))
		.replace(BEARER, '$1***')
		.replace(SIGNATURE, '$1=***');
}

/** A link, absolute or relative, without its query, where presigned links carry their signature. */
export function withoutQuery(link: string): string {
	return link.replace(/[?#].+$/s, '');
}
