import type { OperationRun } from './operation';

/** Rows of a list that are looked through for those that are wanted. */
const MOST_LOOKED_THROUGH = 100_000;

/**
 * The pages of a list that is read to its end although not all of its rows are wanted.
 *
 * @throws NodeOperationError when the list is too long for that.
 */
export async function* lookThrough<Row>(
	{ client }: OperationRun,
	pages: AsyncIterable<Row[]>,
	what: string,
): AsyncGenerator<Row[]> {
	let read = 0;
	for await (const rows of pages) {
		read += rows.length;
		if (read > MOST_LOOKED_THROUGH) {
			throw client.usageError(
				`The service lists more than ${MOST_LOOKED_THROUGH} ${what}, which are too many to look through`,
				'Use a filter that the service applies itself, where there is one, such as Input ID for outputs, or set a Limit without filters. A list without an end is a fault of the service: ask Archetype AI support.',
			);
		}
		yield rows;
	}
}
