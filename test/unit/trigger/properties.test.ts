import * as fc from 'fast-check';

import { history } from './history';

const RUNS = Number(process.env.TRIGGER_RUNS ?? 10_000);

describe('Trigger: every change into a chosen status is delivered exactly once', () => {
	for (const order of ['newest', 'oldest'] as const) {
		it(`in lists sorted ${order} first, whatever happens between and within polls`, async () => {
			await fc.assert(history({ order }), { numRuns: RUNS / 2 });
		});
	}
});
