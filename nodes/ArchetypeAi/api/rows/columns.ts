import type { IDataObject } from 'n8n-workflow';

import { LONGEST_NAME } from './limits';

/**
 * The names, each once and none of the reserved ones: repeats get `_2`, `_3` and so on. The time is
 * proportional to their number, even if all are the same; `onStep` is called for each number tried.
 *
 * @throws the error that `fail` makes when a name is too long.
 */
export function columnNames(
	written: string[],
	reserved: readonly string[],
	fail?: (problem: string) => Error,
	onStep = () => {},
): string[] {
	const all = new Set(written);
	const taken = new Set(reserved);
	const numbers = new Map<string, number>();
	return written.map((name) => {
		if (fail !== undefined && name.length > LONGEST_NAME) {
			throw fail(`the name of a column is longer than ${LONGEST_NAME} characters`);
		}
		let free = name;
		if (taken.has(name)) {
			let number = numbers.get(name) ?? 2;
			for (onStep(); all.has(`${name}_${number}`); number++) onStep();
			free = `${name}_${number}`;
			numbers.set(name, number + 1);
		}
		taken.add(free);
		return free;
	});
}

/** Sets a field as an own property, whatever its name: `__proto__` can be set in no other way. */
export function setField(row: IDataObject, name: string, value: IDataObject[string]): void {
	if (name !== '__proto__') row[name] = value;
	else {
		Object.defineProperty(row, name, {
			...{ value, enumerable: true, configurable: true, writable: true },
		});
	}
}

/** The columns that the user chose, and which of them the files have; for all files of an item. */
export class ChosenColumns {
	private readonly missing: Set<string>;
	private readonly seen = new Set<string>();
	/** Whether rows with differing fields have come, so that a later one may have what is missing. */
	private mayFollow = false;

	/** `names` without surrounding white space; all columns unless `isChosen`. */
	constructor(
		private readonly names: string[],
		private readonly isChosen = names.length > 0,
	) {
		this.missing = new Set(names);
	}

	/** Names that no file has had so far. */
	get notFound(): string[] {
		return [...this.missing];
	}

	/** Whether unread rows may have what was not found. */
	get mayComeLater(): boolean {
		return this.mayFollow;
	}

	/** Columns found in the files so far, in order of appearance. */
	get found(): string[] {
		return [...this.seen];
	}

	/** The columns of a table, and their names on items; all of them when none is chosen. */
	ofTable(columns: string[]): Array<{ name: string; place: number }> {
		if (!this.isChosen) return columns.map((name, place) => ({ name, place }));
		this.note(columns);
		const exact = new Map(columns.map((column, place) => [column, place]));
		const trimmed = new Map(
			[...columns.entries()].reverse().map(([place, name]) => [name.trim(), place]),
		);
		return this.names.map((name) => {
			const place = exact.get(name) ?? trimmed.get(name) ?? -1;
			if (place >= 0) this.missing.delete(name);
			return { name, place };
		});
	}

	/** The chosen fields of a row, null where it has none of that name. */
	of(row: IDataObject): IDataObject {
		if (!this.isChosen) return row;
		this.mayFollow = true;
		if (this.missing.size > 0) this.note(Object.keys(row));
		const chosen: IDataObject = {};
		for (const name of this.names) {
			const own = Object.hasOwn(row, name) ? name : this.trimmedIn(row, name);
			if (own !== undefined) this.missing.delete(name);
			setField(chosen, name, own === undefined ? null : (row[own] ?? null));
		}
		return chosen;
	}

	/** JSON keys rarely have surrounding blanks; searched for only while a column is missing. */
	private trimmedIn(row: IDataObject, name: string): string | undefined {
		return Object.keys(row).find((key) => key.length !== name.length && key.trim() === name);
	}

	private note(columns: string[]): void {
		for (const column of columns) {
			if (this.seen.size >= MOST_NAMED) return;
			this.seen.add(column);
		}
	}
}

/** The most columns that an error names. */
const MOST_NAMED = 100;
