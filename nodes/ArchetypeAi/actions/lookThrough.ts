import type { OperationRun } from './operation';

/** The most rows of a list to search for matching ones. */
const MOST_LOOKED_THROUGH = 100_000;

/**
 * The pages of a list that is read to its end although only some of its rows are needed.
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
				`The service lists more than ${MOST_LOOKED_THROUGH} ${what}, which is too many to search`,
				'Use a filter that the service applies itself, if there is one, such as Input ID for outputs, or set a Limit without filters. An endless list is a fault of the service: contact Archetype AI support.',
			);
		}
		yield rows;
	}
}
