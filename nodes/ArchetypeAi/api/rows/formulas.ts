import type { IDataObject } from 'n8n-workflow';

import { setField } from './columns';

/** How a cell begins that a spreadsheet treats as a formula, also in full width (OWASP). */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** A signed number is a number in a spreadsheet, too. */
const NUMBER = /^[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?$/;

/**
 * A row in which no text is a formula for a spreadsheet: a `'` is put before texts and column names that
 * begin like one. Numbers stay, as text or not.
 */
export function withoutFormulas(row: IDataObject): IDataObject {
	const safe: IDataObject = {};
	for (const [name, value] of Object.entries(row)) setField(safe, quoted(name), defused(value));
	return safe;
}

function defused(value: IDataObject[string]): IDataObject[string] {
	if (typeof value === 'string') return quoted(value);
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) return value.map(asDefused);
	return withoutFormulas(value as IDataObject);
}

const asDefused = (value: unknown): unknown => defused(value as IDataObject[string]);

const quoted = (text: string): string =>
	FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
