import { installN8n } from '../../../tools/n8n/install';
import type { Bar, Bench, Report } from '../report';
import { startSandboxProcess, type SandboxProcess } from '../sandbox';
import { readInProcess, type Reading, type ReaderName } from './reader';

const ROWS = 100_000;
const LATENCY_MS = 20;
const ROUNDS = 3;
const INSERTED_PER_SECOND = 50;

const LEAST_TIMES_FASTER = 3.5;
const MOST_GROWTH_MIB = 300;

const names: Record<ReaderName, string> = {
	thisNode: 'this node',
	httpRequestNode: 'HTTP Request node',
};

type Read = (name: ReaderName, jobId?: string) => Promise<Reading>;
type Readings = Record<ReaderName, Reading>;

/** Return All on long lists, compared with the HTTP Request node and its pagination. */
export const lists: Bench = {
	async run(say) {
		const { folder } = await installN8n('2.x', say);
		const sandbox = await startSandboxProcess();
		const { url, apiKey, steer } = sandbox;
		const read: Read = async (name, jobId) => {
			const reading = await readInProcess(name, folder, { url, apiKey, jobId });
			const rows = `${reading.ids.length} ${jobId === undefined ? 'jobs' : 'inputs'}`;
			say(`${names[name]}: ${rows} in ${seconds(reading.ms)} s`);
			return reading;
		};
		try {
			await steer.seed({ count: ROWS });
			await steer.options({ latencyMs: LATENCY_MS });
			const atRest = await inTurn(read);
			const growing = await whileInserting(sandbox, read);
			const { ids: [jobId] = [] } = await steer.seed({ inputs: ROWS, shots: 0 });
			return report(atRest, growing, await read('thisNode', jobId));
		} finally {
			await sandbox.close();
		}
	},
};

/** Reads the jobs with both nodes in turn, several times; returns the median read of each. */
async function inTurn(read: Read): Promise<Readings> {
	const readings: Record<ReaderName, Reading[]> = { thisNode: [], httpRequestNode: [] };
	for (let round = 0; round < ROUNDS; round++) {
		readings.httpRequestNode.push(await read('httpRequestNode'));
		readings.thisNode.push(await read('thisNode'));
	}
	const typical = (of: Reading[]): Reading => {
		const middle = [...of].sort((a, b) => a.ms - b.ms)[Math.floor(of.length / 2)]!;
		return { ...middle, growth: Math.max(...of.map(({ growth }) => growth)) };
	};
	return {
		thisNode: typical(readings.thisNode),
		httpRequestNode: typical(readings.httpRequestNode),
	};
}

/** Reads the jobs while new ones appear at the head of the list. */
async function whileInserting({ steer }: SandboxProcess, read: Read): Promise<Readings> {
	const start = Date.now();
	let inserted = 0;
	const inserting = setInterval(() => {
		const due = Math.floor(((Date.now() - start) / 1_000) * INSERTED_PER_SECOND) - inserted;
		if (due <= 0) return;
		inserted += due;
		void steer.seed({ count: due, oldestMs: 0 });
	}, 1_000 / INSERTED_PER_SECOND);
	try {
		return { thisNode: await read('thisNode'), httpRequestNode: await read('httpRequestNode') };
	} finally {
		clearInterval(inserting);
	}
}

interface Mistakes {
	missing: number;
	repeated: number;
	misplaced: number;
}

/** What is wrong with the IDs read from a list, given the expected ones in order. */
function mistakesIn(ids: string[], expected: string[]): Mistakes {
	const [read, wanted] = [new Set(ids), new Set(expected)];
	const kept = [...read].filter((id) => wanted.has(id));
	const inOrder = expected.filter((id) => read.has(id));
	return {
		missing: expected.length - inOrder.length,
		repeated: ids.length - read.size,
		misplaced: kept.filter((id, place) => id !== inOrder[place]).length,
	};
}

function report(atRest: Readings, growing: Readings, inputs: Reading): Report {
	const jobs = atRest.httpRequestNode.ids;
	const row = (list: string, name: ReaderName, { ids, ms, growth }: Reading) => {
		const { missing, repeated, misplaced } = mistakesIn(ids, jobs);
		const mistakes = list === 'inputs' ? ['', '', ''] : [missing, repeated, misplaced];
		return [list, names[name], seconds(ms), mib(growth), ids.length, ...mistakes];
	};
	const appearing = `jobs, ${INSERTED_PER_SECOND} a second inserted`;
	return {
		tables: [
			{
				title: `Return All: ${ROWS} rows, 100 a page, ${LATENCY_MS} ms latency`,
				head: ['list', 'node', 's', 'MiB more', 'rows', 'missing', 'repeated', 'misplaced'],
				rows: [
					row('jobs', 'thisNode', atRest.thisNode),
					row('jobs', 'httpRequestNode', atRest.httpRequestNode),
					row(appearing, 'thisNode', growing.thisNode),
					row(appearing, 'httpRequestNode', growing.httpRequestNode),
					row('inputs', 'thisNode', inputs),
				],
				notes: [`Jobs at rest: median of ${ROUNDS}. Each reading in a process of its own.`],
			},
		],
		bars: [
			{
				name: 'lists: times faster than the HTTP Request node',
				value: Math.round((100 * atRest.httpRequestNode.ms) / atRest.thisNode.ms) / 100,
				limit: LEAST_TIMES_FASTER,
				unit: 'times',
				isLeast: true,
			},
			exact('jobs at rest', mistakesIn(atRest.thisNode.ids, jobs)),
			exact(appearing, mistakesIn(growing.thisNode.ids, jobs)),
			memory('jobs', atRest.thisNode),
			memory('inputs', inputs),
		],
	};
}

const exact = (list: string, { missing, repeated, misplaced }: Mistakes): Bar => ({
	name: `lists: rows missing, repeated or misplaced, ${list}`,
	value: missing + repeated + misplaced,
	limit: 0,
	unit: 'rows',
});

const memory = (list: string, { growth }: Reading): Bar => ({
	name: `lists: growth of memory, ${ROWS} ${list}`,
	value: mib(growth),
	limit: MOST_GROWTH_MIB,
	unit: 'MiB',
});

const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
const seconds = (ms: number) => Math.round(ms / 100) / 10;
