// Histories that generated ones have found, at their smallest.
import { LIMITS } from '../../../nodes/ArchetypeAi/trigger/limits';
import { play } from './history';
import type { Script } from './history';
import { PROMISES } from './promises';

const QUIET = { before: [], gapMs: 1_000, burst: [], endsAll: false, within: [], trouble: [] };
const DAY_MS = 24 * 3_600_000;
const scriptOf = (script: Pick<Script, 'order' | 'latencyMs' | 'isDurable' | 'steps'>): Script => ({
	...{ clamp: 7, headerSkewMs: 0, hostSkewMs: 0, lateTotalMs: 0, lagMs: 0, stampMs: 1 },
	...{ keepsStamps: true, keepsStart: false, noZone: false, dropsFirst: false },
	...{ limits: LIMITS, past: [], ...script },
});

test('a job that was given up on and shows up again: the end before its retry is not reported twice', async () => {
	const script = scriptOf({
		...{ order: 'newest', latencyMs: 20, isDurable: false },
		steps: [
			{
				...QUIET,
				before: [{ kind: 'create', pick: 47_952, skewMs: 0 }],
				endsAll: true,
				within: [{ request: 0, happening: { kind: 'retry', pick: 0, skewMs: 0 } }],
			},
			{
				...QUIET,
				within: [{ request: 0, happening: { kind: 'malformed', pick: 0, skewMs: 0 } }],
			},
			{ ...QUIET, trouble: [{ how: 'lost', where: 'by id' }] },
			{ ...QUIET, gapMs: DAY_MS },
			QUIET,
		],
	});
	expect(await play(script, PROMISES.troubles.options)).toEqual([]);
});

test('a service that is so slow that the edge takes all the time: the one job behind it is found', async () => {
	const script = scriptOf({
		...{ order: 'oldest', latencyMs: 9_000, isDurable: true },
		steps: [
			{
				...QUIET,
				before: [{ kind: 'create', pick: 0, skewMs: 0 }],
				burst: Array<number>(9).fill(0),
				endsAll: true,
				within: [{ request: 0, happening: { kind: 'create', pick: 0, skewMs: 0 } }],
			},
			QUIET,
		],
	});
	expect(await play({ ...script, keepsStamps: false }, PROMISES.slow.options)).toEqual([]);
});
