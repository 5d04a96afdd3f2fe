import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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
 * n8n's store of processed items without its database: each call is one write, as in n8n.
 * Supports only the mode `entries`, the one that this package uses.
 */
class Deduplicator implements IDataDeduplicator {
	/** What the store held after each write since the last `clear`, oldest first. */
	written: Entries[] = [];
	/** How long each read and write takes, ms. */
	delayMs: () => number = () => 0;
	/** Whether nodes that differ only in ID stand for one node in several workers, sharing a row. */
	sharesRow = false;
	private entries: Entries = new Map();

	/** Holds `entries` from now on, as after a restart. */
	load(entries: Entries): void {
		this.entries = structuredClone(entries);
	}

	clear(): void {
		this.entries.clear();
		this.written = [];
		this.delayMs = () => 0;
		this.sharesRow = false;
	}

	async checkProcessedAndRecord(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		const place = this.placeOf(scope, contextData);
		const row = await this.read(place);
		const known = row ?? [];
		const isKnown = new Set(known);
		const isNew = (item: DeduplicationItemTypes) => !isKnown.has(hash(item));
		const fresh = items.filter(isNew);
		const all = [...known, ...fresh.map(hash)];
		if (maxEntries) all.splice(0, all.length - maxEntries);
		await this.write(place, all, row === undefined);
		return { new: fresh, processed: items.filter((item) => !isNew(item)) };
	}

	async removeProcessed(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
	): Promise<void> {
		const place = this.placeOf(scope, contextData);
		const gone = new Set(items.map(hash));
		const known = await this.read(place);
		if (known === undefined) return;
		await this.write(
			place,
			known.filter((entry) => !gone.has(entry)),
		);
	}

	async clearAllProcessedItems(
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
	): Promise<void> {
		this.entries.delete(this.placeOf(scope, contextData));
	}

	getProcessedDataCount(
		scope: DeduplicationScope,
		contextData: ICheckProcessedContextData,
	): Promise<number> {
		return Promise.resolve(this.entries.get(this.placeOf(scope, contextData))?.length ?? 0);
	}

	private placeOf(
		scope: DeduplicationScope,
		{ workflow, node }: ICheckProcessedContextData,
	): string {
		return `${workflow.id} ${scope === 'node' ? `n:${this.sharesRow ? '' : node?.id}` : ''}`;
	}

	/** Reads and writes take time, as in a database, and no lock makes them atomic. */
	private async read(place: string): Promise<string[] | undefined> {
		await sleep(this.delayMs());
		return this.entries.get(place);
	}

	private async write(place: string, entries: string[], isNewRow = false): Promise<void> {
		await sleep(this.delayMs());
		if (isNewRow && this.entries.has(place)) throw new Error('UNIQUE constraint failed');
		this.entries.set(place, entries);
		this.written.push(structuredClone(this.entries));
	}
}

const hash = (item: DeduplicationItemTypes) =>
	createHash('md5').update(item.toString()).digest('base64');

/** The store of all workflows of this test file. */
export const deduplicator = new Deduplicator();

void DataDeduplicationService.init(deduplicator);
