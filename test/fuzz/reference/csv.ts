/**
 * The records of CSV text by a simple reader: character by character, with the whole text at once.
 * Undefined if a quote is never closed, or is followed by text.
 */
export function plainRecords(
	text: string,
	delimiter: string,
): Array<{ fields: string[]; line: number }> | undefined {
	const records: Array<{ fields: string[]; line: number }> = [];
	let at = 0;
	let line = 1;
	const isBreak = () => text[at] === '\n' || text[at] === '\r';
	const takeBreak = () => {
		const isBoth = text[at] === '\r' && text[at + 1] === '\n';
		const taken = isBoth ? '\r\n' : text[at]!;
		at += taken.length;
		line++;
		return taken;
	};

	/** Undefined for a field that cannot be read. */
	function takeField(): { value: string; isQuoted: boolean } | undefined {
		let value = '';
		if (text[at] !== '"') {
			while (at < text.length && text[at] !== delimiter && !isBreak()) value += text[at++];
			return { value, isQuoted: false };
		}
		at++;
		for (;;) {
			if (at >= text.length) return undefined;
			if (text[at] === '"' && text[at + 1] === '"') {
				value += '"';
				at += 2;
			} else if (text[at] === '"') {
				at++;
				break;
			} else {
				value += isBreak() ? takeBreak() : text[at++];
			}
		}
		while ((text[at] === ' ' || text[at] === '\t') && text[at] !== delimiter) at++;
		const isAtEnd = at >= text.length || text[at] === delimiter || isBreak();
		return isAtEnd ? { value, isQuoted: true } : undefined;
	}

	while (at < text.length) {
		const start = line;
		const fields: string[] = [];
		let isQuoted = false;
		for (;;) {
			const field = takeField();
			if (field === undefined) return undefined;
			fields.push(field.value);
			isQuoted ||= field.isQuoted;
			if (text[at] !== delimiter || at >= text.length) break;
			at++;
		}
		const isEmptyLine = fields.length === 1 && fields[0] === '' && !isQuoted;
		if (!isEmptyLine) records.push({ fields, line: start });
		if (at < text.length) takeBreak();
	}
	return records;
}
