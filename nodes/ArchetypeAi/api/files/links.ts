import type { ArchetypeAiClient } from '../client';
import type { List } from '../pages';
import { lengthOf, MAX_PAGE_SIZE, readRows } from '../pages';
import type { RemoteFile } from './remoteFile';
import { timeOf } from '../time';

/** A link this close to expiry is renewed first: opening the connection takes time, too. */
const EXPIRY_MARGIN_MS = 5_000;

/** Provides fresh links to files. */
export interface Links {
	/** Whether ETags behind these links are checksums, as far as is known. */
	haveChecksums: boolean;
	/** The file with a link that has not expired by the service's clock, as far as stated. */
	fresh(file: RemoteFile): Promise<RemoteFile | undefined>;
	/**
	 * The file with a newer link than `stale`, or undefined when it is no longer listed.
	 *
	 * @throws NodeApiError when the service cannot be reached.
	 */
	renew(stale: RemoteFile): Promise<RemoteFile | undefined>;
}

/**
 * The links in a list of files, renewed when they expire. Each call of the list creates new links, so one
 * call around a file's place renews those of its neighbours, too: a run that outlives its links costs one
 * call for every hundred files, not one for each.
 */
export class ListedLinks<Row extends RemoteFile> implements Links {
	haveChecksums = true;
	private readonly places: Map<string, number>;
	private readonly latest: Map<string, Row>;
	private readonly renewals = new Map<number | 'all', Promise<Row[]>>();

	/** `rows` are the rows of the list from its start, in order. */
	constructor(
		private readonly client: ArchetypeAiClient,
		private readonly list: List<Row>,
		rows: Row[],
	) {
		this.places = new Map(rows.map((row, place) => [row.id, place]));
		this.latest = new Map(rows.map((row) => [row.id, row]));
	}

	async fresh(file: RemoteFile): Promise<RemoteFile | undefined> {
		const latest = this.latest.get(file.id) ?? file;
		return hasExpired(this.client, latest) ? await this.renew(latest) : latest;
	}

	async renew(stale: RemoteFile): Promise<RemoteFile | undefined> {
		const known = this.latest.get(stale.id);
		if (
			known !== undefined &&
			known.data.ref !== stale.data.ref &&
			!hasExpired(this.client, known)
		) {
			return known;
		}
		const isStale = ({ id }: RemoteFile) => id === stale.id;
		const page = Math.floor((this.places.get(stale.id) ?? 0) / MAX_PAGE_SIZE);
		// Rows move towards the end while a running job adds files, and back when files are deleted.
		for (const near of [page, page + 1, page - 1].filter((number) => number >= 0)) {
			const read = () => this.readPage(near * MAX_PAGE_SIZE);
			const found = (await this.onlyOnce(near, read)).find(isStale);
			if (found !== undefined) return found;
		}
		return (await this.onlyOnce('all', () => this.readAll())).find(isStale);
	}

	/** Reads once for all callers that are waiting. */
	private async onlyOnce(what: number | 'all', read: () => Promise<Row[]>): Promise<Row[]> {
		const running = this.renewals.get(what) ?? read().finally(() => this.renewals.delete(what));
		this.renewals.set(what, running);
		return await running;
	}

	private async readPage(offset: number): Promise<Row[]> {
		const rows: Row[] = [];
		// A service with smaller pages is asked again for the rest of this one.
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

	private async readAll(): Promise<Row[]> {
		const rows: Row[] = [];
		for await (const page of readRows(this.list)) {
			this.keep(page, rows.length);
			for (const row of page) rows.push(row);
		}
		return rows;
	}

	private keep(rows: Row[], offset: number): void {
		rows.forEach((row, index) => {
			this.latest.set(row.id, row);
			this.places.set(row.id, offset + index);
		});
	}
}

/** Whether a link is to be renewed first, by the service's clock; never where it does not say when it ends. */
export function hasExpired(
	client: ArchetypeAiClient,
	{ expires_at }: Pick<RemoteFile, 'expires_at'>,
): boolean {
	if (typeof expires_at !== 'string') return false;
	return timeOf(expires_at) < client.serviceTime() + EXPIRY_MARGIN_MS;
}
