import { KILLS, SOON, testCrashes } from './crashing';
import { describeEachHost } from './hosts';
import { schedulersOf } from './schedulers';
import { useServer } from './server';

/** The older line has only the classic path, which the newer covers: the full proof runs both. */
const LINE = process.env.CRASH_KILLS === undefined ? '2.x' : undefined;

describeEachHost((installation, packed) => {
	describe.each(schedulersOf(installation))('polled by $scheduler', ({ isDurable, env }) => {
		const server = useServer(installation, packed, { ...SOON, ...env });
		testCrashes(server, isDurable && LINE !== undefined ? Math.ceil(KILLS / 3) : KILLS);
	});
}, LINE);
