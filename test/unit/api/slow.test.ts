import { LEAST, Slowness } from '../../../nodes/ArchetypeAi/api/files/slow';

describe('T9 a storage that trickles', () => {
	test('a byte now and then is too slow after a minute of waiting, and not before', () => {
		const slowness = new Slowness();
		const slow = Array.from({ length: 30 }, () => slowness.isTooSlow(1, 2_000));
		expect(slow.indexOf(true)).toBe(29);
	});

	test('a slow line that brings something is not, for however long', () => {
		const slowness = new Slowness();
		const slow = Array.from({ length: 1_000 }, () => slowness.isTooSlow(LEAST.bytes / 10, 5_000));
		expect(slow).not.toContain(true);
	});

	test('one that stops to bring anything is', () => {
		const slowness = new Slowness();
		expect(slowness.isTooSlow(1_000_000, LEAST.ms)).toBe(false);
		expect(slowness.isTooSlow(1, LEAST.ms)).toBe(true);
	});
});
