import type {
	IExecuteFunctions,
	INode,
	INodeProperties,
	INodePropertyOptions,
	IPollFunctions,
} from 'n8n-workflow';

import { usageError } from '../api/errors';
import { isTool } from './tool';
import { momentOf } from './moment';
import { asBytes, asJson, asNumber, asText, folded, fromJson, listOf, shown } from './values';

/** The description of a field: its name, its label for errors, and its allowed values. */
export type Field = Pick<
	INodeProperties,
	'name' | 'displayName' | 'type' | 'default' | 'options' | 'typeOptions'
>;

/** An entry that was not added to its collection. */
const NOT_SET = Symbol('not set');
const SWITCHES = new Map([
	...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
	...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

/**
 * The one reader of parameters. Fields can be set by expressions, so any value can arrive: a value with a clear
 * meaning is accepted (`"false"` for a switch, `"Completed, failed"` for statuses), anything else is an error
 * that names the field. A field whose expression yields nothing is an error, too, since it must not be treated
 * as a filter that was left out; an empty text is no filter. Agents leave out what they do not need.
 *
 * Every method returns undefined for an entry that was not added to its collection, and throws
 * NodeOperationError for a value that makes no sense.
 */
export class Parameters {
	private constructor(
		private readonly node: INode,
		private readonly itemIndex: number | undefined,
		private readonly timezone: string,
		private readonly read: (field: Field) => unknown,
		/** What is saved in the workflow: the expression, if there is one. */
		private readonly saved: (field: Field) => unknown,
	) {}

	/** The parameters of a node for one of its input items. */
	static ofItem(context: IExecuteFunctions, itemIndex: number): Parameters {
		const node = context.getNode();
		return new Parameters(
			node,
			itemIndex,
			context.getTimezone(),
			(field) => context.getNodeParameter(field.name, itemIndex, field.default),
			({ name }) => node.parameters[name],
		);
	}

	/** The parameters of a trigger. */
	static ofTrigger(context: IPollFunctions): Parameters {
		const node = context.getNode();
		return new Parameters(
			node,
			undefined,
			context.getTimezone(),
			(field) => context.getNodeParameter(field.name, field.default),
			({ name }) => node.parameters[name],
		);
	}

	/** The entries of a collection, such as Filters or Options. */
	within(collection: Field): Parameters {
		const entries = this.read(collection) ?? {};
		if (typeof entries !== 'object') throw this.wrong(collection, entries, 'its entries');
		const values = new Map(Object.entries(entries));
		// For a text instead of entries, n8n passes on string methods with these names: `search`.
		if ([...values.values()].some((entry) => typeof entry === 'function')) {
			throw this.wrong(collection, 'a text', 'its entries, each with an expression of its own');
		}
		const saved = (this.saved(collection) ?? {}) as Record<string, unknown>;
		return new Parameters(
			this.node,
			this.itemIndex,
			this.timezone,
			({ name }) => (values.has(name) ? values.get(name) : NOT_SET),
			({ name }) => saved[name],
		);
	}

	/** The entries of a repeatable collection, each to be read on its own. */
	entries(collection: Field, name: string): Parameters[] {
		const all = (this.read(collection) ?? {}) as { [name: string]: unknown };
		const entries = all[name] ?? [];
		if (!Array.isArray(entries)) throw this.wrong(collection, entries, 'a list of entries');
		const saved = this.saved(collection) as
			Record<string, Array<Record<string, unknown>>> | undefined;
		return (entries as object[]).map((entry, index) => {
			const values = new Map(Object.entries(entry));
			return new Parameters(
				this.node,
				this.itemIndex,
				this.timezone,
				(field) => (values.has(field.name) ? values.get(field.name) : NOT_SET),
				(field) => saved?.[name]?.[index]?.[field.name],
			);
		});
	}

	/** A JSON value, given as text or as a value; undefined when it is empty. */
	json(field: Field): unknown {
		const value = this.given(field);
		if (value === undefined || value === '') return undefined;
		const parsed = asJson(value);
		if (parsed === undefined) throw this.wrong(field, value, 'JSON');
		return parsed;
	}

	/** A trimmed text; undefined when it is empty. */
	text(field: Field): string | undefined {
		const value = this.given(field);
		if (value === undefined) return undefined;
		const text = asText(value);
		if (text === undefined) throw this.wrong(field, value, 'a text');
		return text || undefined;
	}

	flag(field: Field): boolean | undefined {
		const value = this.given(field);
		if (value === undefined || typeof value === 'boolean') return value;
		const flag = SWITCHES.get(asText(value)?.toLowerCase() ?? '');
		if (flag === undefined) throw this.wrong(field, value, 'true or false');
		return flag;
	}

	/** A whole number within the field's bounds. */
	wholeNumber(field: Field): number | undefined {
		const value = this.given(field);
		if (value === undefined) return undefined;
		const { minValue = 0, maxValue = Infinity } = field.typeOptions ?? {};
		const number = asNumber(value);
		if (!Number.isSafeInteger(number) || number < minValue || number > maxValue) {
			const range =
				maxValue === Infinity ? `of at least ${minValue}` : `from ${minValue} to ${maxValue}`;
			throw this.wrong(field, value, `a whole number ${range}`);
		}
		return number;
	}

	/** A size in MB, or in the unit that a text names, as bytes; undefined when it is 0. */
	bytes(field: Field): number | undefined {
		const value = this.given(field);
		if (value === undefined) return undefined;
		const size = asBytes(value);
		if (size === undefined) throw this.wrong(field, value, 'a size in MB, such as 100');
		return size || undefined;
	}

	/** One of the field's options, by value or name; undefined when it is empty. */
	choice(field: Field): string | undefined {
		const value = this.given(field);
		const texts = listOf(value);
		if (texts === undefined || texts.length > 1) throw this.wrong(field, value, 'one choice');
		return texts.map((text) => this.option(field, text))[0];
	}

	/** Some of the field's options, each once, by value or name: as a list, or comma-separated text. */
	choices(field: Field): string[] {
		const value = this.given(field);
		const texts = listOf(value);
		if (texts === undefined) throw this.wrong(field, value, 'a list of choices');
		return [...new Set(texts.map((text) => this.option(field, text)))];
	}

	/** Names as a list, or comma-separated text; none when it is empty. */
	names(field: Field): string[] {
		const value = this.given(field);
		const names = listOf(value);
		if (names === undefined) throw this.wrong(field, value, 'names with commas between them');
		return names;
	}

	/** The ID in a resource locator, or as plain text from an expression; '' for none. */
	id(field: Field): string {
		let value = fromJson(this.given(field));
		if (typeof value === 'object' && value !== null && 'value' in value) value = value.value ?? '';
		const id = asText(value ?? '');
		if (id === undefined) throw this.wrong(field, value, 'an ID');
		return id;
	}

	/** A time as epoch ms; one without a zone is in the workflow's. */
	time(field: Field): number | undefined {
		const value = this.given(field);
		if (value === undefined || value === '') return undefined;
		try {
			return momentOf(value, this.timezone);
		} catch {
			throw this.wrong(field, value, 'a date and time, year first, such as 2026-03-01T12:00:00');
		}
	}

	/** The value of a filter, read according to its type. */
	filter(field: Field): string | string[] | undefined {
		if (field.type === 'multiOptions') return this.choices(field);
		return field.options === undefined ? this.text(field) : this.choice(field);
	}

	/** The value of a field; undefined when it was not added, or an agent left it out. */
	private given(field: Field): unknown {
		const value = this.read(field);
		if (value === NOT_SET) return undefined;
		if (value !== undefined && value !== null) return value;
		// Saved as null and not as an expression: nothing was entered.
		if (this.saved(field) === null) return undefined;
		if (isTool(this.node)) return undefined;
		throw usageError(
			this.node,
			`"${field.displayName}" has no value: its expression gives nothing`,
			'Correct the expression. An entry of Filters or Options can also be removed; there, an empty text has no effect.',
			this.itemIndex,
		);
	}

	private option(field: Field, text: string): string {
		const options = (field.options ?? []) as INodePropertyOptions[];
		const wanted = folded(text);
		const found = options.find(({ name, value }) =>
			[name, String(value)].some((words) => folded(words) === wanted),
		);
		if (found !== undefined) return String(found.value);
		const names = options.map(({ name }) => name).join(', ');
		throw this.wrong(field, text, `one of these: ${names}`);
	}

	/** The error for a value that makes no sense: it names the field and what it accepts. */
	wrong(field: Field, value: unknown, expected: string): Error {
		return usageError(
			this.node,
			`"${field.displayName}" cannot be ${shown(value)}`,
			`It takes ${expected}. Correct the field, or the expression in it.`,
			this.itemIndex,
		);
	}
}
