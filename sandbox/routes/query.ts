import { z } from 'zod';
import { invalid } from '../errors';
import { describeProblems, type Behaviour } from '../options';

/** Rows on a page when the request does not say. */
const DEFAULT_LIMIT = 10;

/** Query parameters that every list takes. */
export const pageQuery = {
	offset: z.coerce.number().int().min(0).default(0),
	limit: z.coerce.number().int().min(1).default(DEFAULT_LIMIT),
};

/** Returns what the schema makes of a query or body. Throws the service's 400 if it does not fit. */
export function read<Schema extends z.ZodTypeAny>(
	schema: Schema,
	given: unknown,
): z.output<Schema> {
	const parsed = schema.safeParse(given ?? {});
	if (!parsed.success) throw invalid(describeProblems(parsed.error));
	return parsed.data as z.output<Schema>;
}

/** Returns the first row and the size of the page that is really served. */
export function windowOf(
	behaviour: Behaviour,
	{ offset, limit }: { offset: number; limit: number },
): { offset: number; limit: number; from: number } {
	const from = behaviour.ignoreOffset ? 0 : offset;
	return { offset, limit: Math.min(limit, behaviour.maxLimit), from };
}
