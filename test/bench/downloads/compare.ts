import { CONCURRENCY, type ClientName } from '../clients';
import { median, type Chart, type Report, type Table } from '../report';
import type { SandboxProcess } from '../sandbox';
import { race, timesAsFast, type Result } from './race';

/** The dimensions of a real job of the service. */
const FILES = 1_375;
const FILE_BYTES = 147_000;
const LATENCY_MS = 20;
const ROUNDS = 3;

const MIB = 2 ** 20;

const titles: Record<ClientName, string> = {
	ours: 'this node',
	combined: 'this node, combined',
	hostHelper: "n8n's helper, no checks",
	httpRequestNode: "n8n's HTTP Request node",
	sequential: 'one after the other',
	undici: 'undici, no checks',
};

/** A round trip away, as the service is. */
export async function atLatency(
	sandbox: SandboxProcess,
	installation: string,
	say: (text: string) => void,
): Promise<Report> {
	const results = await race({
		...{ sandbox, installation, say },
		files: FILES,
		fileBytes: FILE_BYTES,
		latencyMs: LATENCY_MS,
		clients: [
			{ name: 'ours', rounds: ROUNDS },
			{ name: 'httpRequestNode', rounds: ROUNDS },
			{ name: 'hostHelper', rounds: ROUNDS },
			{ name: 'undici', rounds: ROUNDS },
			{ name: 'sequential', rounds: 1 },
		],
	});
	const of = (name: ClientName) => results.get(name)!;
	const ours = of('ours');
	const faster = (name: ClientName) => round(timesAsFast(ours, of(name)));
	const bar = (name: string) => ({ name: `downloads, ${LATENCY_MS} ms: ${name}` });
	return {
		tables: [table(LATENCY_MS, results)],
		chart: chart(LATENCY_MS, results),
		bars: [
			{
				...bar('speed against one after the other'),
				...{ value: faster('sequential'), limit: 6, unit: 'times', isLeast: true },
			},
			{
				...bar('speed against the HTTP Request node'),
				...{ value: faster('httpRequestNode'), limit: 1.2, unit: 'times', isLeast: true },
			},
			{
				...bar('connections at once'),
				...{ value: ours.connections, limit: CONCURRENCY, unit: '' },
			},
			{
				...bar('growth of memory against the HTTP Request node'),
				value: round(ours.growth / of('httpRequestNode').growth),
				...{ limit: 0.5, unit: 'times' },
			},
			{
				...bar('speed against undici'),
				...{ value: faster('undici'), limit: 0.7, unit: 'times', isLeast: true },
			},
		],
	};
}

/** No network distance: what the work itself costs. */
export async function atOnce(
	sandbox: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	const results = await race({
		...{ sandbox, say },
		files: FILES,
		fileBytes: FILE_BYTES,
		latencyMs: 0,
		clients: [
			{ name: 'ours', rounds: ROUNDS },
			{ name: 'hostHelper', rounds: ROUNDS },
			{ name: 'undici', rounds: ROUNDS },
		],
	});
	const value = round(timesAsFast(results.get('ours')!, results.get('hostHelper')!));
	return {
		tables: [table(0, results)],
		bars: [
			{
				name: "downloads, 0 ms: speed against n8n's helper without checks",
				...{ value, limit: 0.9, unit: 'times', isLeast: true },
			},
		],
	};
}

function table(latencyMs: number, results: Map<ClientName, Result>): Table {
	return {
		title: `${FILES} files of ${FILE_BYTES} bytes, ${latencyMs} ms latency, medians of ${ROUNDS}`,
		head: ['', 'seconds', 'CPU seconds', 'growth of memory, MiB', 'connections at once', 'made'],
		rows: [...results.values()].map((result) => [
			titles[result.name],
			median(result.ms) / 1_000,
			median(result.cpuMs) / 1_000,
			result.growth / MIB,
			result.connections,
			result.connectionsMade,
		]),
		notes: latencyMs > 0 ? latencyNotes(latencyMs) : [],
	};
}

function latencyNotes(latencyMs: number): string[] {
	const seconds = round(((FILES / CONCURRENCY) * latencyMs) / 1_000);
	return [
		'The latency is that of each answer; a new connection to this machine costs none.',
		`Whoever has ${CONCURRENCY} connections waits ${seconds} s for answers, whatever else it does.`,
		"n8n's helper on as many connections, without checks, is what any node can reach at most.",
	];
}

function chart(latencyMs: number, results: Map<ClientName, Result>): Chart {
	const all = [...results.values()];
	const marks = (measure: string, valueOf: (result: Result) => number) =>
		all.map((result) => ({
			measure,
			who: titles[result.name],
			value: Math.round(10 * valueOf(result)) / 10,
		}));
	return {
		title: `${FILES.toLocaleString('en-US')} files of ${FILE_BYTES / 1_000} kB, ${latencyMs} ms latency`,
		marks: [
			...marks('seconds', ({ ms }) => median(ms) / 1_000),
			...marks('growth of memory, MiB', ({ growth }) => growth / MIB),
			...marks('connections at once', ({ connections }) => connections),
		],
	};
}

const round = (value: number) => Math.round(value * 100) / 100;
