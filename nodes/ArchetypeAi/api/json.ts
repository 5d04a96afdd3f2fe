/** The index after the JSON string that starts with the quote at `start`; the end when it is not closed. */
export function endOfText(json: string, start: number): number {
	for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
		let backslashes = 0;
		while (json[end - 1 - backslashes] === '\\') backslashes++;
		if (backslashes % 2 === 0) return end + 1;
	}
	return json.length;
}

/**
 * JSON with `NaN`, `Infinity` and `-Infinity`, which Python writes but JSON lacks, replaced. Strings are
 * not changed.
 */
export function withoutNaN(json: string, instead: (word: string) => string): string {
	const pieces: string[] = [];
	for (let at = 0; at < json.length;) {
		const quote = json.indexOf('"', at);
		const end = quote < 0 ? json.length : quote;
		pieces.push(json.slice(at, end).replace(/-?\b(?:NaN|Infinity)\b/g, instead));
		at = quote < 0 ? json.length : endOfText(json, quote);
		if (quote >= 0) pieces.push(json.slice(quote, at));
	}
	return pieces.join('');
}
