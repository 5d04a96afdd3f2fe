import { ReadAhead } from './readAhead';
import type { Place } from './readAhead';

/** The largest page known to be served; a server that gives fewer rows is followed. */
export const MAX_PAGE_SIZE = 100;
/** Pages in a row without a new row after which a list is taken to be going in circles. */
const MAX_STALE_PAGES = 20;
/** Rows by which reading first goes back when rows in front of it are gone; doubled each time. */
const FIRST_STEP_BACK = 10;

export interface Page<Row> {
	/** Rows that match, as the service counts them at this moment. */
	total: number;
	rows: Row[];
	/** The other rows of the page. */
	malformed?: Malformed[];
	/** The service's clock at this moment, epoch ms. */
	at: number;
}

/** A row that is not as it should be: it takes its place in the list, and is left out. */
export interface Malformed {
	/** Its place in the page, from 0. */
	index: number;
	/** What identifies it. */
	key: string;
	/** What is wrong with it, with its ID as far as it has one. */
	problem: string;
}

/** Rows of a page, with those that are left out. */
export const lengthOf = ({ rows, malformed = [] }: Page<unknown>): number =>
	rows.length + malformed.length;

/** A list of the service, with its filters. */
export interface List<Row> {
	/** One page: `limit` rows from `offset`, or fewer where the service clamps. */
	page: (offset: number, limit: number, signal?: AbortSignal) => Promise<Page<Row>>;
	/** What identifies a row. */
	idOf: (row: Row) => string;
	/** For errors about the list as a whole. */
	about: { path: string; usageError: (message: string, advice: string) => Error };
}

export interface Reading {
	/** Pages that are asked for at the same time; one after the other by default. */
	concurrency?: number;
	/** Ids of rows to leave out, which do not count. */
	except?: ReadonlySet<string>;
	/** Called with what is wrong with each row that is left out. */
	onMalformed?: (problem: string) => void;
	/** Called when the limit ends the reading although the service has more rows. */
	onCut?: () => void;
}

/**
 * The rows of a list, each once, page by page; `limit` rows at most. Rows may come and go while
 * pages are read: those that stay, in an order that stays, all come.
 *
 * When the end is reached with fewer rows than the service counts, rows may have moved to where the
 * reader had been, and the list's start is read once more for as long as that brings new ones.
 *
 * @throws NodeOperationError when the service repeats rows instead of sending the ones it counts.
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
 * Walks from a list's start to its end, page by page, with the rows that are new to this walk; they
 * are `known` afterwards.
 *
 * Each page starts with the last row of the one before. When its first row is not one already
 * known, rows in front of it were deleted: the page is dropped, and reading goes on from further
 * left. Rows that were inserted push known ones into the next page, where they are left out.
 *
 * The first page shows how many rows a page has. From then on the next pages are asked for at the
 * same time, and taken in their order, whenever each of them is read: a first row that is known
 * proves that nothing is missing in front of it. Where it is not, or a page is shorter than
 * expected, the pages behind it are given up, and reading goes on from there.
 *
 * At most 20 pages in a row bring nothing new, so every walk ends.
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

	/** The page that is needed, and those that will be when it holds what is expected. */
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

			// `total` is believed when as many rows came; otherwise the list ends where nothing follows,
			// or only what rows inserted meanwhile have pushed behind the end.
			offset = start + rows.length;
			const nothingFollows = rows.length === overlap;
			const nothingNew = added.length === 0 && rows.length < largestPage;
			if (rows.length === 0 || ((nothingFollows || nothingNew) && offset >= total)) return;
			if (offset === total && known.size >= total) return;
			// Nothing followed although it should: pages of one row, or the end. Only the next row shows which.
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

/** A row, or what is wrong with it, by what identifies it. */
type Entry<Row> =
	| { key: string; row: Row; problem?: undefined }
	| { key: string; row?: undefined; problem: string };

/** All rows of a page in their order. */
function entriesOf<Row>(
	{ rows, malformed = [] }: Page<Row>,
	idOf: (row: Row) => string,
): Array<Entry<Row>> {
	const entries: Array<Entry<Row>> = rows.map((row) => ({ key: idOf(row), row }));
	for (const { index, key, problem } of malformed) entries.splice(index, 0, { key, problem });
	return entries;
}

/** The rows that were not known yet, each once; they are known afterwards. */
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
