import type { OperationRun } from './operation';

/** Nothing is silently left out of a result: these hints say what was, and how to get it. */

/** The result was cut off by its Limit. */
export function limitReached({ hints }: OperationRun, limit: number, rows: string): void {
	const what = limit === 1 ? rows.replace(/s$/, '') : rows;
	hints.addLimit(
		`Limit of ${limit} ${what} reached; there are more. Turn on Return All, or raise Limit.`,
	);
}

/** There is nothing to return. */
export function nothingFound({ hints }: OperationRun, rows: string, isFiltered: boolean): void {
	hints.add(isFiltered ? `No ${rows} match the filters.` : `There are no ${rows} yet.`);
}

/**
 * Rows that the service sent in an unexpected form. `check` is for a list with no other rows: it throws
 * NodeOperationError if there were such rows, since the list is not empty.
 */
export function malformedRows({ client, hints }: OperationRun, rows: string) {
	let first: string | undefined;
	return {
		add: (problem: string): void => {
			first ??= problem;
			hints.add(`Left out, since the service sent it in an unexpected form: ${problem}.`);
		},
		check: (): void => {
			if (first === undefined) return;
			throw client.usageError(
				`The service sent all ${rows} in an unexpected form: ${first}`,
				'Check the Base URL of the credential, and look for a newer version of this package.',
			);
		},
	};
}

/** Files that "Skip Files Already Downloaded" left out. */
export function filesSkipped({ hints }: OperationRun, count: number): void {
	if (count === 0) return;
	const [files, them] = count === 1 ? ['1 file was', 'it'] : [`${count} files were`, 'them'];
	hints.add(
		`${files} left out: this node downloaded ${them} before (Skip Files Already Downloaded).`,
	);
}
