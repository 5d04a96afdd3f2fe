import { installN8n } from '../../../tools/n8n/install';
import type { Bench } from '../report';
import { startSandboxProcess } from '../sandbox';
import { atLatency, atOnce } from './compare';
import { growingWork } from './growingWork';

/** Getting a job's files onto the disk, compared with other ways to do it. */
export const downloads: Bench = {
	async run(say) {
		const { folder } = await installN8n('2.x', say);
		const sandbox = await startSandboxProcess();
		try {
			const compared = await atLatency(sandbox, folder, say);
			const reports = [compared, await atOnce(sandbox, say), await growingWork(sandbox, say)];
			return {
				tables: reports.flatMap(({ tables }) => tables),
				bars: reports.flatMap(({ bars }) => bars),
				chart: compared.chart,
			};
		} finally {
			await sandbox.close();
		}
	},
};
