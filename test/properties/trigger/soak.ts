// Far more histories than `npm test` has time for: `npm run test:soak -- 1000000 [seed [promise]]`.
// Prints its progress after every thousand, and each failing history, minimized.
import * as fc from 'fast-check';

import { history } from './history';
import { PROMISES } from './promises';
import type { Promised } from './promises';

const A_ROUND = 1_000;

async function main(runs: number, firstSeed: number, only?: string): Promise<void> {
	const all: Array<[string, Promised]> = Object.entries(PROMISES);
	const promises = all.filter(([name]) => only === undefined || name === only);
	if (promises.length === 0) throw new Error(`There is no promise "${only}".`);
	const started = Date.now();
	let failures = 0;
	let done = 0;
	for (let round = 0; done < runs; round++) {
		const [name, { options }] = promises[round % promises.length]!;
		const seed = firstSeed + round;
		const numRuns = Math.min(A_ROUND, runs - done);
		const result = await fc.check(history(options), { numRuns, seed });
		done += numRuns;
		if (result.failed) {
			failures++;
			const { message } = result.errorInstance as Error;
			console.log(`${name} failed with seed ${seed}: ${message}`);
			console.log(JSON.stringify(result.counterexample));
		}
		const minutes = ((Date.now() - started) / 60_000).toFixed(1);
		console.log(`${done} histories, ${failures} failures, ${minutes} min (${name}, seed ${seed})`);
	}
	process.exitCode = failures > 0 ? 1 : 0;
}

void main(
	Number(process.argv[2] ?? 1_000_000),
	Number(process.argv[3] ?? Date.now() % 1e9),
	process.argv[4],
);
