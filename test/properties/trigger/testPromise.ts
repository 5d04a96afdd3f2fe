import * as fc from 'fast-check';

import { history } from './history';
import { PROMISES } from './promises';
import type { Promised } from './promises';

/** Histories of all promises together; the soak test raises it. */
const RUNS = Number(process.env.TRIGGER_RUNS ?? 10_000);
/** The same histories each time, so that a change is what makes a difference; new ones in a soak. */
const SEED = Number(
	process.env.TRIGGER_SEED ?? (process.env.TRIGGER_RUNS ? Date.now() % 0x7fffffff : 4711),
);
const TIMEOUT_MS = 4 * 3_600_000;

/** The test of one promise, over its part of the histories. */
export function testPromise(name: keyof typeof PROMISES): void {
	const { promise, options }: Promised = PROMISES[name];
	const numRuns = Math.ceil(RUNS / Object.keys(PROMISES).length);
	test(
		`${promise} (${numRuns} generated histories with seed ${SEED})`,
		async () => {
			await fc.assert(history(options), { numRuns, seed: SEED });
		},
		TIMEOUT_MS,
	);
}
