import * as fc from 'fast-check';

import { MUTATIONS, withMutation } from './mutations';
import { PROMISES } from './promises';

describe('The properties can fail: each of these mistakes is caught', () => {
	test.each(MUTATIONS)('$mistake', async ({ breaks, ...mutation }) => {
		const broken = await withMutation(mutation, () => import('./history'));
		const { failed } = await fc.check(broken.history(PROMISES[breaks].options), {
			numRuns: 600,
			seed: 7,
			endOnFailure: true,
		});
		expect(failed).toBe(true);
	});
});
