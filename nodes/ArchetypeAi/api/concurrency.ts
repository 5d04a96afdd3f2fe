/**
 * Runs `work` for every item, at most `limit` at a time; the results are in the order of the items.
 * Rejects with the first failure and starts nothing more: `giveUp` aborts what has begun, which is
 * awaited, since no work may outlive the node.
 *
 * Written here because n8n 1.x has no p-limit for community packages to load. It does not use Semaphore,
 * since with a hundred thousand items, only those whose turn has come should wait for anything.
 */
export async function mapConcurrently<Item, Result>(
	items: readonly Item[],
	limit: number,
	work: (item: Item, index: number) => Promise<Result>,
	giveUp: () => void = () => {},
): Promise<Result[]> {
	const results = new Array<Result>(items.length);
	let next = 0;

	async function worker(): Promise<void> {
		while (next < items.length) {
			const index = next++;
			results[index] = await work(items[index] as Item, index);
		}
	}

	const workers = Array.from({ length: Math.min(limit, items.length) }, worker);
	const all = Promise.all(workers);
	await all.catch(() => {
		next = items.length;
		giveUp();
	});
	await Promise.allSettled(workers);
	await all;
	return results;
}
