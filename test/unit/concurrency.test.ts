import { setTimeout as sleep } from 'node:timers/promises';

import { mapConcurrently } from '../../nodes/ArchetypeAi/api/concurrency';

test('results come in the order of the items, however long each takes', async () => {
	const results = await mapConcurrently([30, 1, 15], 3, async (ms) => {
		await sleep(ms);
		return ms * 2;
	});
	expect(results).toEqual([60, 2, 30]);
});

test('never more at a time than the limit, and as many as it allows', async () => {
	let running = 0;
	let most = 0;
	await mapConcurrently([...Array(20).keys()], 4, async () => {
		most = Math.max(most, ++running);
		await sleep(2);
		running--;
	});
	expect(most).toBe(4);
});

test('the first failure is the answer, and nothing more is started after it', async () => {
	const started: number[] = [];
	const work = async (item: number) => {
		started.push(item);
		await sleep(item === 1 ? 1 : 10);
		if (item === 1) throw new Error('item 1 broke');
	};
	await expect(mapConcurrently([0, 1, 2, 3, 4], 2, work)).rejects.toThrow('item 1 broke');
	await sleep(30);
	expect(started).toEqual([0, 1]);
});

test('what has begun is given up after a failure, and over when that is the answer', async () => {
	const over: number[] = [];
	let giveUp = () => {};
	const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
	const work = async (item: number) => {
		if (item === 1) throw new Error('item 1 broke');
		await givenUp;
		await sleep(5);
		over.push(item);
		throw new Error(`item ${item} was given up`);
	};
	await expect(mapConcurrently([0, 1, 2, 3], 3, work, giveUp)).rejects.toThrow('item 1 broke');
	expect(over).toEqual([0, 2]);
});

test('no items: no work, no results', async () => {
	const work = () => Promise.reject(new Error('must not run'));
	expect(await mapConcurrently([], 4, work)).toEqual([]);
});
