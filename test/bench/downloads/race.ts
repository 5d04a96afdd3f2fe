import { setTimeout as delay } from 'node:timers/promises';

import { startClient, type ClientName, type Fetched, type Job } from '../clients';
import { median } from '../report';
import type { SandboxProcess } from '../sandbox';

/** What a client needed, over all rounds. */
export interface Result {
	name: ClientName;
	/** Per round. */
	ms: number[];
	cpuMs: number[];
	/** Peak, in bytes. */
	growth: number;
	/** To the storage, at the same time, at most. */
	connections: number;
	/** To the storage, in one round. */
	connectionsMade: number;
}

export interface Race {
	sandbox: SandboxProcess;
	/** How often each client runs; clients alternate, so that all face the same conditions. */
	clients: Array<{ name: ClientName; rounds: number }>;
	files: number;
	fileBytes: number;
	latencyMs: number;
	/** Folder of the n8n that the HTTP Request node comes from. */
	installation?: string;
	say: (text: string) => void;
}

/** Enough that the JIT has finished compiling before the measurement. */
const WARM_UP_FILES = 300;

/**
 * Has clients fetch the files of the same job, each in its own process. Rejects if one does not
 * deliver every byte.
 */
export async function race(race: Race): Promise<Map<ClientName, Result>> {
	const { sandbox, clients, files, fileBytes, latencyMs, installation, say } = race;
	const { url, apiKey, steer } = sandbox;
	const seed = async (outputs: number) => {
		const { ids } = await steer.seed({ outputs, outputBytes: fileBytes });
		return { url, apiKey, jobId: ids[0]! };
	};
	await steer.reset();
	await steer.options({ latencyMs: 0 });
	const [small, job] = [await seed(Math.min(WARM_UP_FILES, files)), await seed(files)];

	const runners = clients.map((client) => ({
		...client,
		worker: startClient(client.name, installation),
		fetched: [] as Fetched[],
		traffic: [] as Array<{ max: number; total: number }>,
	}));
	try {
		for (const { worker } of runners) await worker.ask({ job: small });
		await fetchUnmeasured(job);
		await steer.options({ latencyMs });
		const rounds = Math.max(...clients.map((client) => client.rounds));
		for (let round = 0; round < rounds; round++) {
			for (const runner of runners.filter((each) => round < each.rounds)) {
				await startQuiet(sandbox);
				const fetched = await runner.worker.ask({ job });
				if (fetched.files !== files || fetched.bytes !== files * fileBytes) {
					throw new Error(
						`${runner.name} brought ${fetched.bytes} bytes of ${fetched.files} files`,
					);
				}
				runner.fetched.push(fetched);
				runner.traffic.push((await steer.stats()).storage.connections);
				const seconds = (fetched.ms / 1_000).toFixed(2);
				say(`${files} files, ${latencyMs} ms: ${runner.name} took ${seconds} s`);
			}
		}
	} finally {
		await Promise.all(runners.map(({ worker }) => worker.close()));
	}
	return new Map(
		runners.map(({ name, fetched, traffic }) => [
			name,
			{
				name,
				ms: fetched.map(({ ms }) => ms),
				cpuMs: fetched.map(({ cpuMs }) => cpuMs),
				growth: Math.max(...fetched.map(({ growth }) => growth)),
				connections: Math.max(...traffic.map(({ max }) => max)),
				connectionsMade: Math.max(...traffic.map(({ total }) => total)),
			},
		]),
	);
}

/** The first client waits until the sandbox has every file's checksum; nobody is charged for it. */
async function fetchUnmeasured(job: Job): Promise<void> {
	const client = startClient('undici');
	await client.ask({ job });
	await client.close();
}

/** Starts counting once all connections are closed. */
async function startQuiet({ steer }: SandboxProcess): Promise<void> {
	while ((await steer.stats()).storage.connections.open > 0) await delay(100);
	await steer.reset({ only: ['stats'] });
}

/** How many times as fast the first one was: the median over the rounds that both ran. */
export function timesAsFast(first: Result, other: Result): number {
	const both = Math.min(first.ms.length, other.ms.length);
	const ratios = Array.from({ length: both }, (_, round) => other.ms[round]! / first.ms[round]!);
	return median(ratios);
}
