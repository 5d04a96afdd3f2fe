// The properties of `npm run fuzz`, each run briefly, with the same inputs every time.
import fc from 'fast-check';

import { properties } from '../fuzz';

const SEED = 4711;
const MS_EACH = 700;

test.each(properties)('$name', async ({ runs, property }) => {
	await fc.assert(property, {
		...{ numRuns: runs, seed: SEED },
		...{ interruptAfterTimeLimit: MS_EACH, markInterruptAsFailure: false },
	});
});
