import { KILLS, SOON, testCrashes } from './crashing';
import { describeEachHost } from './hosts';
import { schedulersOf } from './schedulers';
import { useServer } from './server';

/** The older line has the classic path alone, which is tried in the newer one: the full proof has both. */
const LINE = process.env.CRASH_KILLS === undefined ? '2.x' : undefined;

describeEachHost((installation, packed) => {
	describe.each(schedulersOf(installation))('polled by $scheduler', ({ isDurable, env }) => {
		const server = useServer(installation, packed, { ...SOON, ...env });
		testCrashes(server, isDurable && LINE !== undefined ? Math.ceil(KILLS / 3) : KILLS);
	});
}, LINE);
