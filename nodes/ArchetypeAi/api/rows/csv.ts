/** A record of CSV text. */
export interface CsvRecord {
	fields: string[];
	/** The line of the text in which it starts, from 1. */
	line: number;
}

/**
 * The records of CSV text (RFC 4180): fields separated by commas, quoted ones may contain commas, line
 * breaks and doubled quotes; lines end with CRLF or LF. Empty lines are left out. A quote within a
 * field that does not start with one is text.
 *
 * @throws what `fail` makes of the problem when a quoted field has no end.
 */
export async function* csvRecords(
	text: AsyncIterable<string>,
	fail: (problem: string) => Error,
): AsyncGenerator<CsvRecord> {
	const parser = new CsvParser(fail);
	for await (const chunk of text) yield* parser.push(chunk);
	yield* parser.end();
}

class CsvParser {
	private fields: string[] = [];
	private field = '';
	/** `closed`: a quote was read within a quoted field, and the next character tells what it means. */
	private state: 'plain' | 'quoted' | 'closed' = 'plain';
	/** The line that is being read, and those where the record and the last quote in it started. */
	private line = 1;
	private recordLine = 1;
	private quoteLine = 0;

	constructor(private readonly fail: (problem: string) => Error) {}

	*push(chunk: string): Generator<CsvRecord> {
		let start = 0;
		for (let at = 0; at < chunk.length; at++) {
			const character = chunk.charCodeAt(at);
			if (character === NEWLINE) this.line++;
			if (this.state === 'quoted') {
				if (character !== QUOTE) continue;
				this.field += chunk.slice(start, at);
				this.state = 'closed';
				start = at + 1;
			} else if (character === COMMA) {
				this.endField(chunk.slice(start, at));
				start = at + 1;
			} else if (character === NEWLINE) {
				yield* this.endRecord(chunk.slice(start, at));
				start = at + 1;
			} else if (this.state === 'closed') {
				// A doubled quote stands for one; anything else is text behind the quotes.
				this.state = character === QUOTE ? 'quoted' : 'plain';
				start = at;
			} else if (character === QUOTE && this.field === '' && at === start) {
				this.state = 'quoted';
				this.quoteLine = this.line;
				start = at + 1;
			}
		}
		this.field += chunk.slice(start);
	}

	*end(): Generator<CsvRecord> {
		if (this.state === 'quoted') {
			throw this.fail(`the quote that opens in line ${this.quoteLine} is never closed`);
		}
		yield* this.endRecord('');
	}

	private endField(tail: string): void {
		this.fields.push(this.field + tail);
		this.field = '';
		this.state = 'plain';
	}

	private *endRecord(tail: string): Generator<CsvRecord> {
		// Within quotes a carriage return belongs to the field.
		const isQuotedToItsEnd = this.state === 'closed';
		this.endField(tail);
		const { fields, recordLine, quoteLine } = this;
		this.fields = [];
		this.recordLine = this.line;
		this.quoteLine = 0;

		const last = fields.length - 1;
		const text = fields[last]!;
		if (!isQuotedToItsEnd && text.endsWith('\r')) fields[last] = text.slice(0, -1);
		const isEmptyLine = fields.length === 1 && fields[0] === '' && quoteLine === 0;
		if (!isEmptyLine) yield { fields, line: recordLine };
	}
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
