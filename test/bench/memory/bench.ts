import { createHash } from 'node:crypto';

import { listOutputs } from '../clients/list';
import { startClient, type ClientName, type Fetched, type Job } from '../clients';
import type { Bench, Table } from '../report';
import { startSandboxProcess, type SandboxProcess } from '../sandbox';

const MIB = 2 ** 20;
const MOST_GROWTH_MIB = 96;

const LARGE_FILE_BYTES = 4 * 2 ** 30;
/** The dimensions of a real job of the service. */
const PARTS = 1_375;
const PART_BYTES = 147_000;

const WARM_UP = { outputs: 20, outputBytes: 100_000 };

/** How memory grows with the size of a file, and with the number of parts in one. */
export const memory: Bench = {
	async run(say) {
		const sandbox = await startSandboxProcess();
		try {
			say('One file of 4 GiB');
			const large = await seedJob(sandbox, { outputs: 1, outputBytes: LARGE_FILE_BYTES });
			const whole = await fetch(sandbox, 'ours', large);
			say(`${PARTS} parts as one file`);
			const parts = await seedJob(sandbox, { outputs: PARTS, outputBytes: PART_BYTES });
			const combined = await fetch(sandbox, 'combined', parts);
			say('The same parts, put together one after the other');
			const expected = await putTogether(parts);

			const row = (what: string, { ms, growth, bytes }: Fetched): Table['rows'][number] => [
				...[what, bytes, ms / 1_000, bytes / MIB / (ms / 1_000), growth / MIB],
			];
			return {
				tables: [
					{
						title: 'Resident memory while files are stored, filesystem mode, 0 ms latency',
						head: ['', 'bytes', 'seconds', 'MiB a second', 'growth of memory, MiB'],
						rows: [
							row('one file of 4 GiB', whole),
							row(`${PARTS} parts of ${PART_BYTES} bytes as one file`, combined),
						],
					},
				],
				bars: [
					growthBar('one file of 4 GiB', whole),
					bytesBar('one file of 4 GiB', whole.bytes, LARGE_FILE_BYTES),
					growthBar(`${PARTS} parts combined`, combined),
					bytesBar(`${PARTS} parts combined`, combined.bytes, expected.bytes),
					{
						name: `memory: ${PARTS} parts combined, contents that differ from the parts`,
						value: combined.sha256 === expected.sha256 ? 0 : 1,
						limit: 0,
						unit: 'files',
					},
				],
			};
		} finally {
			await sandbox.close();
		}
	},
};

async function seedJob(
	{ steer, url, apiKey }: SandboxProcess,
	contents: { outputs: number; outputBytes: number },
): Promise<Job> {
	const { ids } = await steer.seed({ inputs: 1, ...contents });
	return { url, apiKey, jobId: ids[0]! };
}

/** In a fresh process that has already fetched some small files. */
async function fetch(sandbox: SandboxProcess, name: ClientName, job: Job): Promise<Fetched> {
	const client = startClient(name);
	try {
		await client.ask({ job: await seedJob(sandbox, WARM_UP) });
		return await client.ask({ job, hash: name === 'combined' });
	} finally {
		await client.close();
	}
}

/** What a combined file must contain: the parts by number, with only the first one's header. */
async function putTogether(job: Job): Promise<{ bytes: number; sha256: string }> {
	const outputs = (await listOutputs(job)).map(({ data }) => data);
	const partOf = (filename: string) => Number(/_part_(\d+)\.csv$/.exec(filename)?.[1]);
	outputs.sort((a, b) => partOf(a.filename) - partOf(b.filename));
	const hash = createHash('sha256');
	let bytes = 0;
	for (const [index, { ref }] of outputs.entries()) {
		const part = Buffer.from(await (await globalThis.fetch(ref)).arrayBuffer());
		const rows = index === 0 ? part : part.subarray(part.indexOf('\n') + 1);
		hash.update(rows);
		bytes += rows.length;
	}
	return { bytes, sha256: hash.digest('hex') };
}

const growthBar = (what: string, { growth }: Fetched) => ({
	...{ name: `memory: growth, ${what}`, value: Math.round(growth / MIB) },
	...{ limit: MOST_GROWTH_MIB, unit: 'MiB' },
});

const bytesBar = (what: string, bytes: number, expected: number) => ({
	...{ name: `memory: bytes missing or too many, ${what}`, value: Math.abs(bytes - expected) },
	...{ limit: 0, unit: 'bytes' },
});
