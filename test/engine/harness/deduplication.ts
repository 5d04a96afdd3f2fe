import { createHash } from 'node:crypto';
import { DataDeduplicationService } from 'n8n-core';
import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';

/** All entries of the store, by workflow and node. */
export type Entries = Map<string, string[]>;

/**
 * n8n's store of processed items without its database: each call is one write, as n8n makes it.
 * Knows the mode `entries` alone, which is the one that this package uses.
 */
class Deduplicator implements IDataDeduplicator {
	/** What the store held after each write since the last `clear`, oldest first. */
	written: Entries[] = [];
	private entries: Entries = new Map();

	/** Holds `entries` from now on, as after a restart. */
	load(entries: Entries): void {
		this.entries = structuredClone(entries);
	}

	clear(): void {
		this.entries.clear();
		this.written = [];
	}

	checkProcessedAndRecord(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		const place = placeOf(scope, contextData);
		const known = this.entries.get(place) ?? [];
		const isKnown = new Set(known);
		const isNew = (item: DeduplicationItemTypes) => !isKnown.has(hash(item));
		const fresh = items.filter(isNew);
		const all = [...known, ...fresh.map(hash)];
		if (maxEntries) all.splice(0, all.length - maxEntries);
		this.write(place, all);
		return Promise.resolve({ new: fresh, processed: items.filter((item) => !isNew(item)) });
	}

	removeProcessed(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
	): Promise<void> {
		const place = placeOf(scope, contextData);
		const gone = new Set(items.map(hash));
		const known = this.entries.get(place) ?? [];
		this.write(
			place,
			known.filter((entry) => !gone.has(entry)),
		);
		return Promise.resolve();
	}

	clearAllProcessedItems(
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
	): Promise<void> {
		this.write(placeOf(scope, contextData), []);
		return Promise.resolve();
	}

	getProcessedDataCount(
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
	): Promise<number> {
		return Promise.resolve(this.entries.get(placeOf(scope, contextData))?.length ?? 0);
	}

	private write(place: string, entries: string[]): void {
		this.entries.set(place, entries);
		this.written.push(structuredClone(this.entries));
	}
}

const hash = (item: DeduplicationItemTypes) =>
	createHash('md5').update(item.toString()).digest('base64');

const placeOf = (scope: DeduplicationScope, { workflow, node }: ICheckProcessedContextData) =>
	`${workflow.id} ${scope === 'node' ? `n:${node?.id}` : ''}`;

/** The store of all workflows of this test file. */
export const deduplicator = new Deduplicator();

void DataDeduplicationService.init(deduplicator);
