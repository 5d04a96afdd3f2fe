import * as fc from 'fast-check';

import { history } from './history';
import { PROMISES } from './promises';
import type { Promised } from './promises';

/** Total number of histories for all promises; soak.ts runs more. */
const RUNS = Number(process.env.TRIGGER_RUNS ?? 10_000);
/** The same histories every time, so that only a change can make a difference. */
const SEED = Number(process.env.TRIGGER_SEED ?? 4711);
const TIMEOUT_MS = 3_600_000;

/** The test of one promise, with its share of the histories. */
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
