import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** An invalid API key, described in words that do not reveal it. */
export class ApiKeyError extends Error {
	override name = 'ApiKeyError';
}

/**
 * The API key of the credential, without surrounding white space.
 *
 * @throws ApiKeyError when it is empty or has a character that no key has: if sent, it would be
 *   refused, and might be echoed in the refusal.
 */
export function readApiKey({ apiKey }: ICredentialDataDecryptedObject): string {
	const key = typeof apiKey === 'string' ? apiKey.trim() : '';
	if (key === '') {
		throw new ApiKeyError('The API Key is empty. Enter the key of your organization.');
	}
	const problem = problemOf(key);
	if (problem === undefined) return key;
	throw new ApiKeyError(`The API Key ${problem}. Copy it again, and nothing else with it.`);
}

function problemOf(key: string): string | undefined {
	if (/^(?:authorization: *)?bearer(?:$|[\s:])/i.test(key))
		return 'begins with the word "Bearer", which is added automatically';
	const [name] = /^[A-Z][A-Z0-9_]*=/.exec(key) ?? [];
	if (name !== undefined) return `begins with "${name}", which is the name of a variable`;
	if (/^(["'`]).*\1$/s.test(key)) return 'is in quotes, which are not part of it';
	if (/[\r\n]/.test(key)) return 'contains a line break';
	const place = key.search(/[^\x21-\x7e]/);
	if (place < 0) return undefined;
	if (/[ \t\u00a0]/.test(key[place]!)) return `contains a space at position ${place + 1}`;
	const code = key.codePointAt(place)!.toString(16).toUpperCase().padStart(4, '0');
	return `contains a character that no key has (U+${code}, at position ${place + 1})`;
}
