import type { List, Page } from './pages';

/** A page to ask for. */
export interface Place {
	offset: number;
	limit: number;
}

interface Request<Row> {
	page: Promise<Page<Row>>;
	controller: AbortController;
}

/** Pages of a list that are asked for before their turn comes. */
export class ReadAhead<Row> {
	private readonly requests = new Map<number, Request<Row>>();

	constructor(private readonly list: List<Row>) {}

	/**
	 * The first page of the plan, while the others are on their way. Pages that an earlier plan had
	 * asked for and this one has not are given up.
	 *
	 * @throws what the list throws for this page.
	 */
	async take(plan: [Place, ...Place[]]): Promise<Page<Row>> {
		this.giveUpAllBut(plan);
		const [first, ...others] = plan;
		const { page } = this.ask(first);
		for (const place of others) this.ask(place);
		this.requests.delete(first.offset);
		return await page;
	}

	/** Ends all requests that are on their way. */
	giveUp(): void {
		this.giveUpAllBut([]);
	}

	private giveUpAllBut(plan: Place[]): void {
		const planned = new Set(plan.map(({ offset }) => offset));
		for (const [offset, { controller }] of this.requests) {
			if (planned.has(offset)) continue;
			controller.abort();
			this.requests.delete(offset);
		}
	}

	private ask({ offset, limit }: Place): Request<Row> {
		const known = this.requests.get(offset);
		if (known !== undefined) return known;

		const controller = new AbortController();
		const page = this.list.page(offset, limit, controller.signal);
		// A failure counts when the page's turn comes, and not at all when it is given up before.
		page.catch(() => {});
		const request = { page, controller };
		this.requests.set(offset, request);
		return request;
	}
}
