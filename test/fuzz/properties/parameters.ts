import type { IExecuteFunctions } from 'n8n-workflow';
import fc from 'fast-check';

import { node } from '../../unit/api/node';
import { assertThat } from '../assert';
import { anyJson, longText, oddText, pattern } from '../inputs';
import { Parameters } from '../product';
import { outcomeOf, property } from '../property';
import type { Property } from '../property';
import { assertLinear } from '../steps';
import { checkWords } from './replies';

const field = {
	displayName: 'Field',
	name: 'field',
	type: 'string' as const,
	default: '',
	typeOptions: { minValue: 1, maxValue: 16 },
	options: [
		{ name: 'Job Completed', value: 'completed' },
		{ name: 'Job Failed', value: 'failed' },
	],
};

const readerOf = (value: unknown): Parameters => {
	const context = {
		getNode: () => node,
		getTimezone: () => 'Europe/Berlin',
		getNodeParameter: () => value,
	};
	return Parameters.ofItem(context as unknown as IExecuteFunctions, 0);
};

/** Every way to read a field, and what it may return. */
const READERS: Array<[(parameters: Parameters) => unknown, (value: unknown) => boolean]> = [
	[(all) => all.text(field), (value) => typeof value === 'string' && value.trim() === value],
	[(all) => all.flag(field), (value) => typeof value === 'boolean'],
	[
		(all) => all.wholeNumber(field),
		(value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 16,
	],
	[(all) => all.bytes(field), (value) => Number.isFinite(value) && Number(value) > 0],
	[(all) => all.choice(field), (value) => value === 'completed' || value === 'failed'],
	[(all) => all.choices(field), isTexts],
	[(all) => all.names(field), isTexts],
	[(all) => all.id(field), (value) => typeof value === 'string'],
	[(all) => all.time(field), (value) => Number.isFinite(value)],
	[(all) => all.within(field).text(field), (value) => typeof value === 'string'],
];

function isTexts(value: unknown): boolean {
	return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '');
}

/** Anything that an expression can return. */
const value = fc.oneof(
	anyJson(['value', 'mode', 'field']).map((json) => ({ json })),
	fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
	oddText(6),
	fc.constantFrom(
		'true',
		'Completed, failed',
		'["completed"]',
		'10 MB',
		'1e9',
		'0x10',
		' 5 ',
		'[[',
	),
	fc.constantFrom<unknown>(() => 1, Symbol('x'), 5n, [5n], new Date(NaN), throwing(), cyclic()),
);

/** Values that come as JSON are parsed here, so that each case can be printed. */
function given(value: unknown): unknown {
	const isJson = typeof value === 'object' && value !== null && 'json' in value;
	return isJson ? JSON.parse(String(value.json)) : value;
}

function throwing(): object {
	return {
		toJSON() {
			throw new Error('no');
		},
	};
}

function cyclic(): object {
	const self: Record<string, unknown> = {};
	self.self = self;
	return self;
}

export const parameters: Property[] = [
	property(
		'Parameters: what can be meant is taken, anything else is an error that names the field',
		fc.record({ value, reader: fc.constantFrom(...READERS) }),
		async ({ value, reader: [read, isGood] }) => {
			const outcome = await outcomeOf(() => read(readerOf(given(value))));
			if (outcome.error === undefined) {
				const { result } = outcome;
				return assertThat(result === undefined || isGood(result), () => String(result));
			}
			checkWords(outcome.error);
			assertThat(outcome.error.message.includes('Field'), () => outcome.error.message);
		},
		1_000,
	),

	property(
		'Parameters: reading takes steps in proportion to the value',
		fc.record({ pattern, reader: fc.constantFrom(...READERS) }),
		async ({ pattern, reader: [read] }) => {
			await assertLinear(10_000, (size) =>
				outcomeOf(() => read(readerOf(longText(pattern, size)))),
			);
		},
		10,
	),
];
