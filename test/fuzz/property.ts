import fc from 'fast-check';

/** What holds for every input of a kind, with generated inputs to try it on. */
export interface Property {
	name: string;
	/** Cases of one round of a long run; a short one tries fewer. */
	runs: number;
	property: fc.IRawProperty<unknown, boolean>;
}

/** A property of work that may be asynchronous: it throws when it does not hold. */
export function property<Value>(
	name: string,
	input: fc.Arbitrary<Value>,
	holds: (value: Value) => Promise<void> | void,
	runs = 200,
): Property {
	const checked = fc.asyncProperty(input, async (value) => {
		await holds(value);
	});
	return { name, runs, property: checked };
}

/** The error of a file that cannot be read, as the readers of files are given it. */
export class FileProblem extends Error {
	override name = 'FileProblem';
}

/** Errors that are meant for the reader. Anything else that is thrown is a defect. */
const NAMED = new Set([
	...['FileProblem', 'BaseUrlError', 'ApiKeyError', 'ReplyTooLarge'],
	...['NodeApiError', 'NodeOperationError'],
]);

/** The result of work, or the named error that it ended with. */
export type Outcome<Result> = { result: Result; error?: undefined } | { error: Error };

/** @throws whatever `work` throws that is no named error. */
export async function outcomeOf<Result>(
	work: () => Promise<Result> | Result,
): Promise<Outcome<Result>> {
	try {
		return { result: await work() };
	} catch (error) {
		if (error instanceof Error && NAMED.has(error.name)) return { error };
		throw error;
	}
}
