import type { List, Page } from './pages';

/** A page to request. */
export interface Place {
	offset: number;
	limit: number;
}

interface Request<Row> {
	page: Promise<Page<Row>>;
	/** Drops the reply: the request is not sent if it has not been, and not repeated. */
	giveUp: () => void;
}

/**
 * Pages of a list requested before their turn. It does not use Semaphore: which page to request next is
 * decided when there is room, by the plan at that time.
 */
export class ReadAhead<Row> {
	/**
	 * Pages that a plan may have. Twice as many as may be in flight: when one is slow, arrived pages after it
	 * wait for their turn while others can be sent.
	 */
	readonly capacity: number;
	private readonly requests = new Map<number, Request<Row>>();
	private plan: Place[] = [];
	/** Each resolves when it ends. The host runs an aborted request to its end. */
	private readonly onTheirWay = new Set<Promise<unknown>>();

	constructor(
		private readonly list: List<Row>,
		private readonly concurrency: number,
	) {
		this.capacity = concurrency === 1 ? 1 : 2 * concurrency;
	}

	/**
	 * The first page of the plan, while the others are in flight. Pages of the previous plan that this one
	 * lacks are dropped; all of them are when it did not have the first.
	 *
	 * @throws what the list throws for this page.
	 */
	async take(plan: [Place, ...Place[]]): Promise<Page<Row>> {
		const [first, ...others] = plan;
		this.plan = plan;
		this.giveUpAllBut(this.requests.has(first.offset) ? plan : []);
		this.fill();
		while (!this.requests.has(first.offset)) await Promise.race(this.onTheirWay);
		const { page } = this.requests.get(first.offset)!;
		this.plan = others;
		this.requests.delete(first.offset);
		return await page;
	}

	/** Drops all requests in flight, and makes no more. */
	giveUp(): void {
		this.plan = [];
		this.giveUpAllBut([]);
	}

	private giveUpAllBut(places: Place[]): void {
		const kept = new Set(places.map(({ offset }) => offset));
		for (const [offset, { giveUp }] of this.requests) {
			if (kept.has(offset)) continue;
			giveUp();
			this.requests.delete(offset);
		}
	}

	private fill(): void {
		for (const place of this.plan) {
			if (this.onTheirWay.size >= this.concurrency) return;
			if (!this.requests.has(place.offset)) this.requests.set(place.offset, this.ask(place));
		}
	}

	private ask({ offset, limit }: Place): Request<Row> {
		const controller = new AbortController();
		const page = this.list.page(offset, limit, controller.signal);
		const end = () => {
			this.onTheirWay.delete(ended);
			this.fill();
		};
		// A failure counts when the page's turn comes, and not at all if it is dropped before.
		const ended = page.then(end, end);
		this.onTheirWay.add(ended);
		return { page, giveUp: () => controller.abort() };
	}
}
