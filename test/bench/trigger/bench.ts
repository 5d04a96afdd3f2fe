import type { Bench } from '../report';
import { startSandboxProcess } from '../sandbox';
import { activeJobs } from './active';
import { changes } from './changes';
import { inN8n } from './inN8n';
import { manyWorkflows } from './many';
import { quietPolls } from './quiet';
import { stateSize } from './state';

/** The cost of the trigger: a poll with and without news, its state, and a minute in a real n8n. */
export const trigger: Bench = {
	async run(say) {
		const sandbox = await startSandboxProcess();
		try {
			const reports = [
				await quietPolls(sandbox, say),
				await changes(sandbox, say),
				await stateSize(sandbox, say),
				await activeJobs(sandbox, say),
				await manyWorkflows(sandbox, say),
				await inN8n(sandbox, say),
			];
			return {
				tables: reports.flatMap(({ tables }) => tables),
				bars: reports.flatMap(({ bars }) => bars),
			};
		} finally {
			await sandbox.close();
		}
	},
};
