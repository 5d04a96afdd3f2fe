import type { ArchetypeAiClient } from '../client';
import type { List } from '../pages';
import { lengthOf, MAX_PAGE_SIZE, readRows } from '../pages';
import type { Output } from '../outputs';
import { timeOf } from '../time';

/** A link this close to its end is renewed first: opening the connection takes time, too. */
const EXPIRY_MARGIN_MS = 5_000;

/**
 * The download links of a job's outputs, renewed when they expire. The service makes links anew with
 * each call of the list, so one call around an output's place renews those of its neighbours, too:
 * a run that outlives its links costs a call for every hundred files, not one for each.
 */
export class Links {
	/** Whether ETags behind these links are checksums, as far as it is known. */
	haveChecksums = true;
	private readonly places: Map<string, number>;
	private readonly latest: Map<string, Output>;
	private readonly renewals = new Map<number | 'all', Promise<Output[]>>();

	/** `rows` are the list's rows from its start, in its order. */
	constructor(
		private readonly client: ArchetypeAiClient,
		private readonly list: List<Output>,
		rows: Output[],
	) {
		this.places = new Map(rows.map((row, place) => [row.id, place]));
		this.latest = new Map(rows.map((row) => [row.id, row]));
	}

	/** The output with a link that has not expired by the service's clock, as far as it says. */
	async fresh(output: Output): Promise<Output | undefined> {
		const latest = this.latest.get(output.id) ?? output;
		return this.hasExpired(latest) ? await this.renew(latest) : latest;
	}

	/**
	 * The output with a link newer than that of `stale`, or undefined when the job lists it no more.
	 *
	 * @throws NodeApiError when the list cannot be read.
	 */
	async renew(stale: Output): Promise<Output | undefined> {
		const known = this.latest.get(stale.id);
		if (known !== undefined && known.data.ref !== stale.data.ref && !this.hasExpired(known)) {
			return known;
		}
		const isStale = ({ id }: Output) => id === stale.id;
		const page = Math.floor((this.places.get(stale.id) ?? 0) / MAX_PAGE_SIZE);
		// Rows move towards the end while a running job adds outputs, and back when some are deleted.
		for (const near of [page, page + 1, page - 1].filter((number) => number >= 0)) {
			const read = () => this.readPage(near * MAX_PAGE_SIZE);
			const found = (await this.onlyOnce(near, read)).find(isStale);
			if (found !== undefined) return found;
		}
		return (await this.onlyOnce('all', () => this.readAll())).find(isStale);
	}

	/** Reads once for all who wait for it. */
	private async onlyOnce(what: number | 'all', read: () => Promise<Output[]>): Promise<Output[]> {
		const running = this.renewals.get(what) ?? read().finally(() => this.renewals.delete(what));
		this.renewals.set(what, running);
		return await running;
	}

	private async readPage(offset: number): Promise<Output[]> {
		const rows: Output[] = [];
		// A service that gives smaller pages is asked again for the rest of this one.
		for (let read = 0; read < MAX_PAGE_SIZE;) {
			const from = offset + read;
			const page = await this.list.page(from, MAX_PAGE_SIZE - read);
			this.keep(page.rows, from);
			for (const row of page.rows) rows.push(row);
			read += lengthOf(page);
			if (lengthOf(page) === 0 || offset + read >= page.total) break;
		}
		return rows;
	}

	private async readAll(): Promise<Output[]> {
		const rows: Output[] = [];
		for await (const page of readRows(this.list)) {
			this.keep(page, rows.length);
			for (const row of page) rows.push(row);
		}
		return rows;
	}

	private keep(rows: Output[], offset: number): void {
		rows.forEach((row, index) => {
			this.latest.set(row.id, row);
			this.places.set(row.id, offset + index);
		});
	}

	private hasExpired({ expires_at }: Output): boolean {
		if (typeof expires_at !== 'string') return false;
		return timeOf(expires_at) < this.client.serviceTime() + EXPIRY_MARGIN_MS;
	}
}
