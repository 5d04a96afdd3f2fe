import { LONGEST_LINE, MOST_COLUMNS } from './limits';

/** A record of CSV text. */
export interface CsvRecord {
	fields: string[];
	/** The line of the text in which it starts, from 1. */
	line: number;
}

/** What may separate the fields of a record. */
export type Delimiter = ',' | ';' | '\t' | '|';

/**
 * The records of CSV text (RFC 4180), grouped by the piece in which they end: quoted fields may contain
 * delimiters, line breaks and doubled quotes; outside of them LF, CRLF and a lone CR end a record. Empty
 * lines are left out. A quote within a field that does not start with one is text; blanks between the
 * closing quote and the delimiter are not part of the value.
 *
 * @throws the error that `fail` makes when a quoted field is not closed or is followed by text, or a
 *   record is too long.
 */
export async function* csvRecords(
	text: AsyncIterable<string>,
	delimiter: Delimiter,
	fail: (problem: string) => Error,
): AsyncGenerator<CsvRecord[]> {
	const parser = new CsvParser(delimiter, fail);
	try {
		for await (const piece of text) yield parser.push(piece);
		yield parser.end();
	} finally {
		// Records that ended before a problem are still yielded.
		const records = parser.taken();
		if (records.length > 0) yield records;
	}
}

/** Parses CSV text in pieces, and returns the records that end within each. */
export class CsvParser {
	/** Characters up to the end of the first record, with its line break; undefined until then. */
	firstEnd?: number;
	/** The same for the record that ended last. */
	private recordEnd = 0;
	private readonly delimiter: number;
	private records: CsvRecord[] = [];
	private fields: string[] = [];
	private field = '';
	/**
	 * `closed`: a quote was read within a quoted field, and the next character decides what it means;
	 * `padded`: blanks follow it.
	 */
	private state: 'plain' | 'quoted' | 'closed' | 'padded' = 'plain';
	/** The previous character was a CR, so an LF belongs to it. */
	private isAfterReturn = false;
	/** The current line, and those where the record and the last quote in it started. */
	private line = 1;
	private recordLine = 1;
	private quoteLine = 0;
	/** Characters in all pieces before this one. */
	private before = 0;

	constructor(
		delimiter: Delimiter,
		private readonly fail: (problem: string) => Error,
	) {
		this.delimiter = delimiter.charCodeAt(0);
	}

	push(piece: string): CsvRecord[] {
		const { delimiter } = this;
		let start = 0;
		for (let at = 0; at < piece.length; at++) {
			const character = piece.charCodeAt(at);
			if (character > QUOTE && character !== delimiter && !this.isClosed) {
				this.isAfterReturn = false;
				continue;
			}
			const belongsToReturn = character === NEWLINE && this.isAfterReturn;
			this.isAfterReturn = character === RETURN;
			if (character === RETURN || (character === NEWLINE && !belongsToReturn)) this.line++;

			if (this.state === 'quoted') {
				if (character !== QUOTE) continue;
				this.field += piece.slice(start, at);
				this.state = 'closed';
				start = at + 1;
			} else if (belongsToReturn) {
				start = at + 1;
				if (this.firstEnd === this.recordEnd) this.firstEnd++;
				this.recordEnd++;
			} else if (character === delimiter) {
				this.endField(piece.slice(start, at));
				start = at + 1;
			} else if (character === NEWLINE || character === RETURN) {
				this.endRecord(piece.slice(start, at), this.before + at + 1);
				start = at + 1;
			} else if (character === QUOTE && this.state === 'closed') {
				// A doubled quote stands for one.
				this.state = 'quoted';
				start = at;
			} else if (this.isClosed) {
				if (character !== SPACE && character !== TAB) throw this.fail(this.afterQuote());
				this.state = 'padded';
				start = at + 1;
			} else if (character === QUOTE && this.field === '' && at === start) {
				this.state = 'quoted';
				this.quoteLine = this.line;
				start = at + 1;
			}
		}
		this.field += piece.slice(start);
		this.before += piece.length;
		this.checkLength(this.before);
		return this.taken();
	}

	/** The last record, whose line may lack a line break. */
	end(): CsvRecord[] {
		if (this.state === 'quoted') {
			throw this.fail(`the quote that opens in line ${this.quoteLine} is never closed`);
		}
		if (this.field !== '' || this.fields.length > 0 || this.quoteLine > 0) {
			this.endRecord('', this.before);
		}
		return this.taken();
	}

	/** The records that ended and have not been returned yet. */
	taken(): CsvRecord[] {
		const { records } = this;
		this.records = [];
		return records;
	}

	private get isClosed(): boolean {
		return this.state === 'closed' || this.state === 'padded';
	}

	private afterQuote(): string {
		return `line ${this.line} has text after the quote that closes a field. Quotes within a field must be doubled`;
	}

	private checkLength(end: number): void {
		if (end - this.recordEnd <= LONGEST_LINE) return;
		throw this.fail(
			`the record in line ${this.recordLine} is longer than ${LONGEST_LINE} characters`,
		);
	}

	private endField(tail: string): void {
		if (this.fields.length >= MOST_COLUMNS) {
			throw this.fail(`line ${this.recordLine} has more than ${MOST_COLUMNS} fields`);
		}
		this.fields.push(this.field === '' ? tail : this.field + tail);
		this.field = '';
		this.state = 'plain';
	}

	private endRecord(tail: string, end: number): void {
		this.checkLength(end);
		this.endField(tail);
		const { fields, recordLine, quoteLine } = this;
		this.fields = [];
		this.recordLine = this.line;
		this.recordEnd = end;
		this.quoteLine = 0;
		const isEmptyLine = fields.length === 1 && fields[0] === '' && quoteLine === 0;
		if (isEmptyLine) return;
		this.firstEnd ??= end;
		this.records.push({ fields, line: recordLine });
	}
}

const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
