/**
 * The records of CSV text (RFC 4180): fields separated by commas, quoted ones may contain commas, line
 * breaks and doubled quotes; lines end with CRLF or LF. Empty lines are left out.
 */
export async function* csvRecords(text: AsyncIterable<string>): AsyncGenerator<string[]> {
	const parser = new CsvParser();
	for await (const chunk of text) yield* parser.push(chunk);
	yield* parser.end();
}

class CsvParser {
	private record: string[] = [];
	private field = '';
	private isQuoted = false;
	/** A quote was read within a quoted field: the next character tells whether it ends there. */
	private isAfterQuote = false;

	*push(chunk: string): Generator<string[]> {
		let start = 0;
		for (let at = 0; at < chunk.length; at++) {
			const character = chunk.charCodeAt(at);
			if (this.isQuoted && !this.isAfterQuote) {
				if (character !== QUOTE) continue;
				this.field += chunk.slice(start, at);
				this.isAfterQuote = true;
				start = at + 1;
			} else if (this.isAfterQuote && character === QUOTE) {
				this.isAfterQuote = false;
				start = at;
			} else if (character === QUOTE && this.field === '' && at === start) {
				this.isQuoted = true;
				start = at + 1;
			} else if (character === COMMA || character === NEWLINE) {
				this.endField(chunk.slice(start, at));
				start = at + 1;
				if (character === NEWLINE) yield* this.endRecord();
			}
		}
		this.field += chunk.slice(start);
	}

	*end(): Generator<string[]> {
		this.endField('');
		yield* this.endRecord();
	}

	private endField(tail: string): void {
		this.record.push(this.field + tail);
		this.field = '';
		this.isQuoted = false;
		this.isAfterQuote = false;
	}

	private *endRecord(): Generator<string[]> {
		const record = this.record;
		this.record = [];
		const last = record.length - 1;
		const tail = record[last] ?? '';
		if (tail.endsWith('\r')) record[last] = tail.slice(0, -1);
		if (record.length > 1 || record[0] !== '') yield record;
	}
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
