import fc from 'fast-check';

/** Something that holds for every input of a kind, with generated inputs to test it on. */
export interface Property {
	name: string;
	/** Cases per round of a long run; a short one tries fewer. */
	runs: number;
	property: fc.IRawProperty<unknown, boolean>;
}

/** A property of possibly asynchronous work: it throws if it does not hold. */
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

/** The error for an unreadable file, as passed to the file readers. */
export class FileProblem extends Error {
	override name = 'FileProblem';
}

/** Errors meant for the user. Anything else that is thrown is a defect. */
const NAMED = new Set([
	...['FileProblem', 'BaseUrlError', 'ApiKeyError', 'ReplyTooLarge'],
	...['NodeApiError', 'NodeOperationError'],
]);

/** The result of work, or the named error that it ended with. */
export type Outcome<Result> = { result: Result; error?: undefined } | { error: Error };

/** @throws anything that `work` throws other than a named error. */
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
