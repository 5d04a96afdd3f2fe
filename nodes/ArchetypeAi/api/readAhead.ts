import type { List, Page } from './pages';

/** A page to ask for. */
export interface Place {
	offset: number;
	limit: number;
}

interface Request<Row> {
	page: Promise<Page<Row>>;
	/** Ends it, if it is still on its way. */
	giveUp: () => void;
}

/** Pages of a list that are asked for before their turn comes. */
export class ReadAhead<Row> {
	/**
	 * Pages that a plan may have. Twice as many as are on their way at once: where one takes long,
	 * those behind it that have arrived wait for their turn, and others can be sent.
	 */
	readonly capacity: number;
	private readonly requests = new Map<number, Request<Row>>();
	private plan: Place[] = [];
	private onTheirWay = 0;

	constructor(
		private readonly list: List<Row>,
		private readonly concurrency: number,
	) {
		this.capacity = concurrency === 1 ? 1 : 2 * concurrency;
	}

	/**
	 * The first page of the plan, while the others are on their way. Pages that an earlier plan had
	 * and this one has not are given up; all of them when it did not have the first.
	 *
	 * @throws what the list throws for this page.
	 */
	async take([first, ...others]: [Place, ...Place[]]): Promise<Page<Row>> {
		const asked = this.requests.get(first.offset);
		this.requests.delete(first.offset);
		this.plan = others;
		this.giveUpAllBut(asked === undefined ? [] : others);
		const { page } = asked ?? this.ask(first);
		this.fill();
		return await page;
	}

	/** Ends all requests that are on their way, and asks for nothing more. */
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
			if (this.onTheirWay >= this.concurrency) return;
			if (!this.requests.has(place.offset)) this.requests.set(place.offset, this.ask(place));
		}
	}

	private ask({ offset, limit }: Place): Request<Row> {
		const controller = new AbortController();
		let isOnItsWay = true;
		const end = () => {
			if (isOnItsWay) this.onTheirWay--;
			isOnItsWay = false;
		};
		this.onTheirWay++;
		const page = this.list.page(offset, limit, controller.signal).finally(() => {
			end();
			this.fill();
		});
		// A failure counts when the page's turn comes, and not at all when it is given up before.
		page.catch(() => {});
		return {
			page,
			giveUp: () => {
				end();
				controller.abort();
			},
		};
	}
}
