import type { Jobs, Row } from './life';
import { ENDS } from './life';
import type { VirtualTime } from './virtualTime';

export const ORDERS = [
	'newest',
	'oldest',
	'updated',
	'byId',
	'shuffled',
	'newest at first',
] as const;
export type ListOrder = (typeof ORDERS)[number];

/** Which requests fail: those to one place of the service, not the n-th one. */
export type Where = 'edge' | 'deep' | 'active' | 'ended' | 'by id' | 'running' | 'all';

export interface Trouble {
	where: Where;
	/** `lost`: the service denies having the job; `row`: rows of every other job are malformed. */
	how: 'error' | 'hang' | 'slow' | 'lost' | 'rows';
}

export interface ServiceOptions {
	order: ListOrder;
	/** The most rows in a page, however many are requested. */
	clamp: number;
	latencyMs: number;
	/** How far the clock in reply headers is ahead, ms. */
	headerSkewMs: number;
	/** How long after a row becomes visible it is counted, ms. */
	lateTotalMs: number;
}

/** How many rows the first page of a list "newest at first" has in order. */
const DEEP_FROM = 30;
const SLOW_MS = 14_000;

/** The places that the list of a status belongs to. */
export function placesOf(status: string): Where[] {
	const places: Where[] = ['all', ENDS.includes(status) ? 'ended' : 'active'];
	return status === 'RUNNING' ? [...places, 'running'] : places;
}

/** A page as returned by the trigger's source. */
export interface ModelPage {
	total: number;
	rows: Row[];
	length: number;
	malformed: string[];
	at: number;
}

/** The service as it answers over a network, in virtual time. */
export class ModelService {
	requests = 0;
	/** Requests by kind since the last clear. */
	readonly asked: string[] = [];
	trouble: Trouble[] = [];
	/** Runs before each request is answered. */
	onRequest: () => void = () => {};
	private readonly appeared = new Map<string, number>();
	private sortedRows: Row[] = [];
	private sortedKey?: string;

	constructor(
		readonly time: VirtualTime,
		readonly jobs: Jobs,
		readonly options: ServiceOptions,
	) {}

	async page(status: string | undefined, offset: number, limit: number): Promise<ModelPage> {
		this.asked.push(`${status ?? 'all'} ${offset}+${limit}`);
		const isDeep = status === undefined && offset >= DEEP_FROM;
		const places: Where[] =
			status === undefined ? ['all', isDeep ? 'deep' : 'edge'] : placesOf(status);
		await this.answer(places);
		const { clamp, lateTotalMs, headerSkewMs } = this.options;
		const all = this.sorted();
		const rows = status === undefined ? all : all.filter((row) => row.status === status);
		const total =
			lateTotalMs > 0
				? rows.filter(({ id }) => this.isCounted(id, lateTotalMs)).length
				: rows.length;
		const page = rows.slice(offset, offset + Math.min(limit, clamp));
		const isBad = ({ id }: Row) => this.isMalformed(id, places);
		return {
			total,
			rows: page.filter((row) => !isBad(row)),
			length: page.length,
			malformed: page.filter(isBad).map(({ id }) => id),
			// Like an HTTP Date header: whole seconds.
			at: Math.floor((this.time.now + headerSkewMs) / 1000) * 1000,
		};
	}

	async get(id: string): Promise<Row | null> {
		this.asked.push(`job ${id}`);
		await this.answer(['all', 'by id']);
		if (this.trouble.some(({ how, where }) => how === 'lost' && where === 'by id')) return null;
		if (this.isMalformed(id, ['by id'])) throw new Error('malformed');
		return this.jobs.shown(id) ?? null;
	}

	private async answer(places: Where[]): Promise<void> {
		this.requests++;
		this.onRequest();
		const here = this.trouble.filter(({ where }) => places.includes(where));
		const isSlow = here.some(({ how }) => how === 'slow');
		if (here.some(({ how }) => how === 'hang')) await new Promise(() => {});
		await this.time.sleep(isSlow ? SLOW_MS : this.options.latencyMs);
		if (here.some(({ how }) => how === 'error')) throw new Error('the service failed');
	}

	private isMalformed(id: string, places: Where[]): boolean {
		if (this.jobs.lives.get(id)?.isMalformed) return true;
		const isHere = ({ how, where }: Trouble) => how === 'rows' && places.includes(where);
		return this.trouble.some(isHere) && id.length % 2 === 0;
	}

	private isCounted(id: string, lateMs: number): boolean {
		const since = this.appeared.get(id) ?? this.time.now;
		this.appeared.set(id, since);
		return this.time.now - since >= lateMs;
	}

	/** All visible rows, in order; re-sorted only when they may have changed. */
	private sorted(): Row[] {
		const { jobs, options } = this;
		const isSettled = this.time.now >= jobs.shownAt && options.order !== 'shuffled';
		const key = isSettled ? `${jobs.version} ${options.order}` : undefined;
		if (key === undefined || key !== this.sortedKey) {
			this.sortedKey = key;
			this.sortedRows = this.sort();
		}
		return this.sortedRows;
	}

	private sort(): Row[] {
		const rows = this.jobs.ids().flatMap((id) => this.jobs.shown(id) ?? []);
		const { order } = this.options;
		sortBy(rows, ({ created_at, id }) => `${created_at} ${id}`);
		if (order === 'oldest') return rows;
		if (order === 'newest') return rows.reverse();
		if (order === 'updated') {
			return sortBy(rows, ({ updated_at, id }) => `${updated_at} ${id}`).reverse();
		}
		if (order === 'byId') return sortBy(rows, ({ id }) => id);
		if (order === 'shuffled') {
			const salt = this.requests;
			return sortBy(rows, ({ id }) => String(scramble(id, salt)).padStart(12, '0'));
		}
		const newest = rows.reverse();
		const first = newest.slice(0, this.options.clamp);
		return [...first, ...sortBy(newest.slice(this.options.clamp), ({ id }) => id)];
	}
}

/** Sorts in place by string keys, each computed once. */
function sortBy(rows: Row[], key: (row: Row) => string): Row[] {
	const keyed = rows.map((row) => ({ row, key: key(row) }));
	keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
	for (const [at, { row }] of keyed.entries()) rows[at] = row;
	return rows;
}

function scramble(text: string, salt: number): number {
	let hash = salt >>> 0;
	for (const letter of text) hash = (Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) + 7) >>> 0;
	return hash;
}
