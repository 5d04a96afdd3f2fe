import { z } from 'zod';
import { invalid } from '../errors';
import { describeProblems, type Behaviour, type ListName } from '../options';
import { inOrder, pageOf, type Rows } from '../store/rows';

/** Rows per page if the request does not say. */
const DEFAULT_LIMIT = 10;

/** Returns the query parameters that every list accepts, with its page size. */
export function pageQueryOf(limit: number) {
	return {
		offset: z.coerce.number().int().min(0).default(0),
		limit: z.coerce.number().int().min(1).default(limit),
	};
}

/** Query parameters of a list with the default page size. */
export const pageQuery = pageQueryOf(DEFAULT_LIMIT);

/** Returns a query or body as parsed by the schema. Throws the service's 400 if it is invalid. */
export function read<Schema extends z.ZodTypeAny>(
	schema: Schema,
	given: unknown,
): z.output<Schema> {
	const parsed = schema.safeParse(given ?? {});
	if (!parsed.success) throw invalid(describeProblems(parsed.error));
	return parsed.data as z.output<Schema>;
}

/** Returns the first row and the size of the page that is actually served. */
export function windowOf(
	behaviour: Behaviour,
	{ offset, limit }: { offset: number; limit: number },
): { offset: number; limit: number; from: number } {
	const from = behaviour.ignoreOffset ? 0 : offset;
	return { offset, limit: Math.min(limit, behaviour.maxLimit), from };
}

/** Returns the rows of a page, in the list's order, and the other fields of its envelope. */
export function pageFrom<Row>(
	behaviour: Behaviour,
	list: ListName,
	oldestFirst: Rows<Row>,
	query: { offset: number; limit: number },
): { page: Row[]; envelope: { total: number; offset: number; limit: number } } {
	return pageOfOrdered(behaviour, inOrder(oldestFirst, behaviour.listOrder[list]), query);
}

/** Like {@link pageFrom}, for rows in an order set by the request. */
export function pageOfOrdered<Row>(
	behaviour: Behaviour,
	rows: Rows<Row>,
	query: { offset: number; limit: number },
): { page: Row[]; envelope: { total: number; offset: number; limit: number } } {
	const { offset, limit, from } = windowOf(behaviour, query);
	return { page: pageOf(rows, from, limit), envelope: { total: rows.length, offset, limit } };
}
