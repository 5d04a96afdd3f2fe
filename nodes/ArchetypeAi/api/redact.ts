/** A link without its query: presigned links carry their signature there. */
const LINK_WITH_QUERY = /(https?:\/\/[^\s"'<>?#]+)[?#][^\s"'<>]*/gi;
const BEARER = /(Bearer:?\s+)\S+/gi;

/**
 * The text without link signatures, bearer tokens and the given secrets: what may be put into a
 * message, a log or an item.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	let safe = text.replace(LINK_WITH_QUERY, '$1').replace(BEARER, '$1***');
	for (const secret of secrets) {
		if (secret !== '') safe = safe.replaceAll(secret, '***');
	}
	return safe;
}
