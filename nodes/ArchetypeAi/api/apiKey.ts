import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** An API key that cannot be one, said in words that do not show it. */
export class ApiKeyError extends Error {
	override name = 'ApiKeyError';
}

/**
 * The API key of the credential, without white space around it.
 *
 * @throws ApiKeyError when it is empty, or has something in it that no key has: sent all the same, it
 *   would be refused, and might come back in the words of whoever refuses it.
 */
export function readApiKey({ apiKey }: ICredentialDataDecryptedObject): string {
	const key = typeof apiKey === 'string' ? apiKey.trim() : '';
	if (key === '') {
		throw new ApiKeyError('The API Key is empty. Enter the key of your organization.');
	}
	const problem = problemOf(key);
	if (problem === undefined) return key;
	throw new ApiKeyError(`The API Key ${problem}. Copy it once more, and nothing else with it.`);
}

function problemOf(key: string): string | undefined {
	if (/^(?:authorization: *)?bearer(?:$|[\s:])/i.test(key))
		return 'begins with the word "Bearer", which is added by itself';
	const [name] = /^[A-Z][A-Z0-9_]*=/.exec(key) ?? [];
	if (name !== undefined) return `begins with "${name}", which is the name of a variable`;
	if (/^(["'`]).*\1$/s.test(key)) return 'is in quotes, which are no part of it';
	if (/[\r\n]/.test(key)) return 'has a line break in it';
	const place = key.search(/[^\x21-\x7e]/);
	if (place < 0) return undefined;
	if (/[ \t\u00a0]/.test(key[place]!)) return `has a blank in it, at place ${place + 1}`;
	const code = key.codePointAt(place)!.toString(16).toUpperCase().padStart(4, '0');
	return `has a character in it that no key has (U+${code}, at place ${place + 1})`;
}
