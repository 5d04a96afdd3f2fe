import { Semaphore } from '../../../nodes/ArchetypeAi/api/semaphore';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Enters under these names; lists who is inside, in order of entry. */
function enterAll(semaphore: Semaphore, names: string[], signal?: AbortSignal) {
	const inside: string[] = [];
	const leave = new Map<string, () => void>();
	const entries = names.map(async (name) => {
		leave.set(name, await semaphore.enter(signal));
		inside.push(name);
	});
	return { inside, leave, entries };
}

test('so many are inside, the others come in as places are given back, first come, first served', async () => {
	const semaphore = new Semaphore(2);
	const { inside, leave } = enterAll(semaphore, ['a', 'b', 'c', 'd']);
	await settled();
	expect(inside).toEqual(['a', 'b']);
	expect(semaphore.count).toBe(2);
	leave.get('b')!();
	await settled();
	expect(inside).toEqual(['a', 'b', 'c']);
});

test('a place that is given back twice is one place', async () => {
	const semaphore = new Semaphore(1);
	const { inside, leave } = enterAll(semaphore, ['a', 'b', 'c']);
	await settled();
	leave.get('a')!();
	leave.get('a')!();
	await settled();
	expect(inside).toEqual(['a', 'b']);
});

test('who waits gives up when the signal fires, and keeps nobody else out', async () => {
	const semaphore = new Semaphore(1);
	const first = enterAll(semaphore, ['a']);
	const controller = new AbortController();
	const given = enterAll(semaphore, ['b'], controller.signal);
	const last = enterAll(semaphore, ['c']);
	controller.abort(new Error('cancelled'));
	await expect(given.entries[0]).rejects.toThrow('cancelled');
	await expect(semaphore.enter(controller.signal)).rejects.toThrow('cancelled');
	await settled();
	first.leave.get('a')!();
	await settled();
	expect(last.inside).toEqual(['c']);
});

test('a raised limit lets in who waits, a lowered one keeps out until enough have left', async () => {
	const semaphore = new Semaphore(1);
	const { inside, leave } = enterAll(semaphore, ['a', 'b', 'c', 'd']);
	semaphore.limit = 3;
	await settled();
	expect(inside).toEqual(['a', 'b', 'c']);
	semaphore.limit = 1;
	leave.get('a')!();
	leave.get('b')!();
	await settled();
	expect(inside).toEqual(['a', 'b', 'c']);
	leave.get('c')!();
	await settled();
	expect(inside).toEqual(['a', 'b', 'c', 'd']);
});
