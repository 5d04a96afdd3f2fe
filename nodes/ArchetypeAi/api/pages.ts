import { ReadAhead } from './readAhead';
import type { Place } from './readAhead';

/** The largest page size known to work; smaller pages from a server are handled. */
export const MAX_PAGE_SIZE = 100;
/** Consecutive pages without a new row after which a list is considered to loop. */
const MAX_STALE_PAGES = 20;
/** Rows by which reading first steps back when rows in front were deleted; doubled each time. */
const FIRST_STEP_BACK = 10;

export interface Page<Row> {
	/** Number of matching rows, as the service counts them now. */
	total: number;
	rows: Row[];
	/** The malformed rows of the page. */
	malformed?: Malformed[];
	/** The service's clock at this moment, epoch ms. */
	at: number;
}

/** A malformed row: it takes up its place in the list, and is left out. */
export interface Malformed {
	/** Its place in the page, from 0. */
	index: number;
	/** What identifies it. */
	key: string;
	/** What is wrong with it, with its ID if it has one. */
	problem: string;
}

/** The number of rows on a page, including those left out. */
export const lengthOf = ({ rows, malformed = [] }: Page<unknown>): number =>
	rows.length + malformed.length;

/** A list of the service, with its filters. */
export interface List<Row> {
	/** One page: `limit` rows from `offset`, or fewer if the service caps the size. */
	page: (offset: number, limit: number, signal?: AbortSignal) => Promise<Page<Row>>;
	/** What identifies a row. */
	idOf: (row: Row) => string;
	/** For errors about the list as a whole. */
	about: { path: string; usageError: (message: string, advice: string) => Error };
}

export interface Reading {
	/** Pages to request at the same time; one by default. */
	concurrency?: number;
	/** IDs of rows to leave out; they do not count towards the limit. */
	except?: ReadonlySet<string>;
	/** Called with what is wrong with each row that is left out. */
	onMalformed?: (problem: string) => void;
	/** Called when the limit ends the reading before the service runs out of rows. */
	onCut?: () => void;
}

/**
 * The rows of a list, each once, page by page; at most `limit` rows. Rows may come and go while pages are
 * read: all rows that stay, in a stable order, are returned.
 *
 * If the end is reached with fewer rows than the service counts, rows may have moved to where the reader
 * had already been; the start of the list is read again as long as that brings new ones.
 *
 * @throws NodeOperationError when the service repeats rows instead of sending those it counts.
 */
export async function* readRows<Row>(
	list: List<Row>,
	limit = Infinity,
	{ concurrency = 1, except, onMalformed, onCut }: Reading = {},
): AsyncGenerator<Row[]> {
	const ahead = new ReadAhead(list, concurrency);
	const seen = new Set<string>();
	let wanted = limit;
	for (const isSecondWalk of [false, true]) {
		let isComplete = false;
		const known = isSecondWalk ? new Set<string>() : seen;
		for await (const { entries, total } of walk(list, ahead, known, () => wanted)) {
			const added = isSecondWalk ? addNew(entries, seen) : entries;
			const open: Row[] = [];
			for (const { key, row, problem } of added) {
				if (problem !== undefined) onMalformed?.(problem);
				else if (!except?.has(key)) open.push(row);
			}
			const fresh = open.slice(0, wanted);
			wanted -= fresh.length;
			if (fresh.length > 0) yield fresh;

			isComplete = seen.size >= total;
			if (wanted <= 0 && (!isComplete || open.length > fresh.length)) onCut?.();
			const mayStop = isSecondWalk && (isComplete || added.length === 0);
			if (mayStop || wanted <= 0) return;
		}
		if (isComplete) return;
	}
}

/**
 * Walks a list from start to end, page by page, yielding the rows that are new to this walk and adding
 * them to `known`.
 *
 * Each page starts with the last row of the previous one. If its first row is not yet known, rows in front
 * of it were deleted: the page is dropped, and reading continues from further left. Inserted rows push
 * known ones onto the next page, where they are left out.
 *
 * The first page shows how many rows a page has. From then on the next pages are requested at the same
 * time and processed in order, whenever each was read: a known first row proves that nothing is missing in
 * front of it. If it is not known, or a page is shorter than expected, the pages after it are dropped, and
 * reading continues from there.
 *
 * At most 20 consecutive pages bring nothing new, so every walk ends.
 */
async function* walk<Row>(
	list: List<Row>,
	ahead: ReadAhead<Row>,
	known: Set<string>,
	rowsWanted: () => number,
): AsyncGenerator<{ entries: Array<Entry<Row>>; total: number }> {
	let offset = 0;
	let overlap = 0;
	let stepBack = FIRST_STEP_BACK;
	let stalePages = 0;
	let pageSize = 0;
	let largestPage = 0;
	let total = 0;

	/** The page needed now, and those needed next if it holds what is expected. */
	function plan(): [Place, ...Place[]] {
		const start = offset - overlap;
		const wanted = stalePages === 0 ? rowsWanted() + overlap : MAX_PAGE_SIZE;
		const needed = place(start, start + wanted);
		if (stalePages > 0 || overlap === 0) return [needed];

		const following: Place[] = [];
		const end = Math.min(start + wanted, total);
		let next = start + pageSize - 1;
		while (following.length < ahead.capacity - 1 && next > start && next + 1 < end) {
			following.push(place(next, start + wanted));
			next += pageSize - 1;
		}
		return [needed, ...following];
	}

	try {
		while (true) {
			const places = plan();
			const start = places[0].offset;
			const page = await ahead.take(places);
			const rows = entriesOf(page, list.idOf);
			total = page.total;

			const first = rows[0];
			const anchored = overlap === 0 || (first !== undefined && known.has(first.key));
			const added = anchored ? addNew(rows, known) : [];
			stalePages = added.length > 0 ? 0 : stalePages + 1;
			if (stalePages > MAX_STALE_PAGES) throw goingInCircles(list, known.size, total);

			if (!anchored) {
				offset = Math.max(0, start - stepBack);
				overlap = Math.min(1, offset);
				stepBack *= 2;
				continue;
			}
			yield { entries: added, total };

			// `total` is believed when that many rows came; otherwise the list ends where nothing follows,
			// or only rows that insertions have pushed past the end.
			offset = start + rows.length;
			const nothingFollows = rows.length === overlap;
			const nothingNew = added.length === 0 && rows.length < largestPage;
			if (rows.length === 0 || ((nothingFollows || nothingNew) && offset >= total)) return;
			if (offset === total && known.size >= total) return;
			// Nothing followed although it should: one-row pages, or the end. Only the next row shows which.
			overlap = nothingFollows ? 0 : 1;
			stepBack = FIRST_STEP_BACK;
			pageSize = rows.length;
			largestPage = Math.max(largestPage, pageSize);
		}
	} finally {
		ahead.giveUp();
	}
}

/** Up to row `end`, or as many rows as a page may have. */
const place = (offset: number, end: number): Place => ({
	offset,
	limit: Math.min(end - offset, MAX_PAGE_SIZE),
});

/** A row, or what is wrong with it, with its identity. */
type Entry<Row> =
	| { key: string; row: Row; problem?: undefined }
	| { key: string; row?: undefined; problem: string };

/** All rows of a page in order. */
function entriesOf<Row>(
	{ rows, malformed = [] }: Page<Row>,
	idOf: (row: Row) => string,
): Array<Entry<Row>> {
	const entries: Array<Entry<Row>> = rows.map((row) => ({ key: idOf(row), row }));
	for (const { index, key, problem } of malformed) entries.splice(index, 0, { key, problem });
	return entries;
}

/** The rows not known yet, each once; they are known afterwards. */
function addNew<Row>(entries: Array<Entry<Row>>, known: Set<string>): Array<Entry<Row>> {
	return entries.filter(({ key }) => {
		const isNew = !known.has(key);
		if (isNew) known.add(key);
		return isNew;
	});
}

const goingInCircles = (
	{ about }: Pick<List<unknown>, 'about'>,
	read: number,
	total: number,
): Error =>
	about.usageError(
		'The service keeps sending the same rows',
		`${read} of ${total} rows of ${about.path} were read. Try again later.`,
	);
