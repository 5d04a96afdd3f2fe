import type { JobClassFilter, JobTable } from './job-table';
import { inOrder, type ListOrder, type Rows } from './rows';
import type { JobSpec } from './types';

/** Searches cached: a client pages through one, a test may run a few at once. */
const REMEMBERED = 8;

interface Search {
	/** Rows found among those before `seen`. */
	found: number[];
	seen: number;
}

/**
 * Finds jobs by text in their name or pipeline key, or by their whole id. Names never change, so
 * results are cached, and the next page only looks at jobs created since.
 */
export class JobSearch {
	private readonly searches = new Map<string, Search>();

	constructor(private readonly job: (row: number) => { name: string; spec: JobSpec }) {}

	/** Returns the rows that match both the text and the filter. */
	find(table: JobTable, text: string, filter: JobClassFilter, order: ListOrder): Rows<number> {
		const byId = table.find(text);
		const rows = byId === undefined ? this.byText(table, text.toLowerCase()) : [byId];
		const matching = rows.filter(table.matcher(filter));
		return inOrder(table.oldestFirst(matching), order);
	}

	private byText(table: JobTable, text: string): number[] {
		const search = this.searches.get(text) ?? { found: [], seen: 0 };
		this.searches.delete(text);
		this.searches.set(text, search);
		for (const oldest of this.searches.keys()) {
			if (this.searches.size > REMEMBERED) this.searches.delete(oldest);
		}
		for (; search.seen < table.nextRow; search.seen++) {
			const { name, spec } = this.job(search.seen);
			const isHit = name.toLowerCase().includes(text) || spec.pipelineKey.includes(text);
			if (isHit) search.found.push(search.seen);
		}
		return search.found;
	}
}
