const HIDDEN = '[hidden]';
/** Headers that carry a secret, whatever it looks like. */
const SECRET_HEADERS = /^(authorization|proxy-authorization|cookie|.*api-?key.*|.*token.*)$/i;
const SIGNATURE = /(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s"]+/gi;
const BEARER = /(Bearer\s+)\S+/gi;

/** Returns the value without secrets: secret headers, link signatures, and the API key anywhere. */
export function withoutSecrets(value: unknown, apiKey: string): unknown {
	if (typeof value === 'string') {
		return value
			.replaceAll(apiKey, HIDDEN)
			.replaceAll(encodeURIComponent(apiKey), HIDDEN)
			.replace(SIGNATURE, `$1${HIDDEN}`)
			.replace(BEARER, `$1${HIDDEN}`);
	}
	if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, apiKey));
	if (typeof value !== 'object' || value === null) return value;
	const fields = Object.entries(value).map(([name, field]) => {
		const isSecret = SECRET_HEADERS.test(name) && typeof field === 'string';
		const shown = isSecret ? HIDDEN : withoutSecrets(field, apiKey);
		return [withoutSecrets(name, apiKey), shown] as [string, unknown];
	});
	return Object.fromEntries(fields);
}
