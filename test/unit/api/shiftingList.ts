// A model of a service list that changes between page reads.
import fc from 'fast-check';

import type { List } from '../../../nodes/ArchetypeAi/api/pages';
import { complaining } from './node';

export interface Row {
	id: string;
}

/** Positions are fractions of the list: 0 is its head, 1 its tail. */
interface Change {
	kind: 'insert' | 'delete' | 'moveToHead';
	at: number;
	rows: number;
}

/** What happens before a page read, and how the service answers it. */
export interface Step {
	changes: Change[];
	/** The most rows in a page, however many were requested. */
	clamp: number;
	/** The error in `total`. */
	miscount: number;
}

export interface Script {
	/** The initial number of rows. */
	rows: number;
	/** One per read; later reads find the list at rest and are answered like the last one. */
	steps: Step[];
}

/** The service's side of a run: plays the script and knows what a reader must have seen. */
export class ShiftingList implements List<Row> {
	readonly about = { ...complaining(), path: '/batch/jobs' };
	/** What was requested, and how many rows were returned. */
	readonly reads: Array<{ offset: number; limit: number; rows: number }> = [];
	private readonly rows: string[];
	private readonly changed = new Set<string>();
	private created = 0;

	constructor(private readonly script: Script) {
		this.rows = this.create(script.rows);
	}

	/** Rows that were in the list from the first read to the last and never moved, in order. */
	get untouched(): string[] {
		return this.rows.filter((id) => !this.changed.has(id));
	}

	readonly idOf = ({ id }: Row): string => id;

	readonly page: List<Row>['page'] = async (offset, limit) => {
		const { steps } = this.script;
		const { changes, clamp, miscount } = steps[Math.min(this.reads.length, steps.length - 1)]!;
		if (this.reads.length < steps.length) changes.forEach((change) => this.apply(change));
		const rows = this.rows.slice(offset, offset + Math.min(limit, clamp));
		this.reads.push({ offset, limit, rows: rows.length });
		if (this.reads.length > 2_000) throw new Error('the reader does not come to an end');

		const total = Math.max(0, this.rows.length + miscount);
		return { total, rows: rows.map((id) => ({ id })), at: 0 };
	};

	private apply({ kind, at, rows }: Change): void {
		const place = Math.round(at * this.rows.length);
		const removed = kind === 'insert' ? [] : this.rows.splice(place, rows);
		const added = { insert: this.create(rows), delete: [], moveToHead: removed }[kind];
		this.rows.splice(kind === 'insert' ? place : 0, 0, ...added);
		for (const id of [...removed, ...added]) this.changed.add(id);
	}

	private create(rows: number): string[] {
		return Array.from({ length: rows }, () => `row-${this.created++}`);
	}
}

/**
 * The list behind a network in which requests overtake each other, and so do replies. A request
 * that is aborted ends at once while it waits to be sent. After that it runs on to its reply, as
 * the host allows.
 */
export class Network implements List<Row> {
	readonly about: List<Row>['about'];
	readonly idOf: List<Row>['idOf'];
	/** The offsets requested, aborted or not. */
	readonly asked: number[] = [];
	private inFlight = 0;
	mostInFlight = 0;

	constructor(
		private readonly list: List<Row>,
		private readonly scheduler: fc.Scheduler,
	) {
		this.about = list.about;
		this.idOf = list.idOf;
	}

	readonly page: List<Row>['page'] = async (offset, limit, signal) => {
		this.asked.push(offset);
		this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
		try {
			await this.leave(offset, signal);
			const page = await this.list.page(offset, limit);
			await this.scheduler.schedule(Promise.resolve(), `reply ${offset}`);
			return page;
		} finally {
			this.inFlight--;
		}
	};

	private async leave(offset: number, signal?: AbortSignal): Promise<void> {
		const givenUp = new Promise<never>((_, reject) =>
			signal?.addEventListener('abort', () => reject(signal.reason as Error)),
		);
		await Promise.race([givenUp, this.scheduler.schedule(Promise.resolve(), `request ${offset}`)]);
	}
}

/** A list at rest. */
export const still = (rows: number, clamp = 100, miscount = 0): Script => ({
	rows,
	steps: [{ changes: [], clamp, miscount }],
});

/** Script rows that appear ahead of a reader: each can cost it a page with nothing new. */
const MOST_INSERTED = 20;

/**
 * Scripts in which the given changes happen anywhere, most often at the head, where jobs appear.
 * Pages are clamped to varying sizes; `total` is off by one of `miscounts`.
 */
export function scripts(kinds: Array<Change['kind']>, miscounts: number[] = [0]) {
	const change = fc.record({
		kind: fc.constantFrom(...kinds),
		at: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
		rows: fc.integer({ min: 1, max: 12 }),
	});
	const step = fc.record({
		changes: fc.array(change, { maxLength: 2 }),
		clamp: fc.oneof(fc.integer({ min: 5, max: 12 }), fc.constant(100)),
		miscount: fc.constantFrom(...miscounts),
	});
	const script = fc.record({
		rows: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 100, max: 350 })),
		steps: fc.array(step, { minLength: 1, maxLength: 12 }),
	});
	return script.filter(({ steps }) => inserted(steps) <= MOST_INSERTED);
}

const inserted = (steps: Step[]): number =>
	steps
		.flatMap(({ changes }) => changes)
		.filter(({ kind }) => kind !== 'delete')
		.reduce((sum, { rows }) => sum + rows, 0);
