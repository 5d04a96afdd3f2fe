import { startClient } from '../clients';
import { median, type Report } from '../report';
import type { SandboxProcess } from '../sandbox';

const FILES = [100, 1_000, 10_000];
const FILE_BYTES = 1_000;
const ROUNDS = 3;

/** Whether ten times the files take ten times as long, and no longer. */
export async function growingWork(
	{ steer, url, apiKey }: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	await steer.reset();
	await steer.options({ latencyMs: 0 });
	const client = startClient('ours');
	const works = [];
	for (const files of FILES) {
		const { ids } = await steer.seed({ outputs: files, outputBytes: FILE_BYTES });
		works.push({ files, job: { url, apiKey, jobId: ids[0]! }, ms: [] as number[] });
	}
	try {
		for (let round = 0; round <= ROUNDS; round++) {
			for (const { files, job, ms } of works) {
				const fetched = await client.ask({ job });
				say(`${files} files of ${FILE_BYTES} bytes: ${(fetched.ms / 1_000).toFixed(2)} s`);
				// The first round is a warm-up.
				if (round > 0) ms.push(fetched.ms);
			}
		}
	} finally {
		await client.close();
	}
	const msPerFile = works.map(({ files, ms }) => median(ms) / files);
	return {
		tables: [
			{
				title: `Files of ${FILE_BYTES} bytes, 0 ms latency, medians of ${ROUNDS}`,
				head: ['files', 'seconds', 'ms a file'],
				rows: works.map(({ files, ms }, at) => [files, median(ms) / 1_000, msPerFile[at]!]),
			},
		],
		bars: [
			{
				name: 'downloads: time a file among many against that among few, 100 to 10,000 files',
				value: Math.round(growth(msPerFile) * 100) / 100,
				limit: 1.15,
				unit: 'times',
			},
		],
	};
}

/** The most that the cost per file may grow, as a factor, when there are more files. */
function growth(msPerFile: number[]): number {
	const ratios = msPerFile.flatMap((few, at) => msPerFile.slice(at + 1).map((many) => many / few));
	return Math.max(...ratios);
}
