import { monitorEventLoopDelay } from 'node:perf_hooks';

import { globMatcher } from '../../../nodes/ArchetypeAi/api/glob';
import { columnNames } from '../../../nodes/ArchetypeAi/api/rows/columns';
import { jsonlRows } from '../../../nodes/ArchetypeAi/api/rows/jsonl';
import type { Bar, Bench, Table } from '../report';
import { RowFiles } from './files';
import { ofCsvParse, ofPapaparse, ofReadline, ours } from './readers';
import type { Reader } from './readers';

const MB = 1e6;
const BYTES = 100 * MB;
/** How often each reader runs, in turn; its best run counts, since the machine is shared. */
const ROUNDS = 3;
const LEAST_SPEED = 0.7;
const MOST_BLOCK_MS = 50;
/** How much more a byte, a name or a character may cost when there are four times as many. */
const MOST_GROWTH = 2;

interface Run {
	rows: number;
	ms: number;
	/** The longest time for which nothing else in the process could run. */
	blockMs: number;
}

/** How fast rows are read vs. csv-parse and papaparse; cost growth; how long others are blocked. */
export const rows: Bench = {
	async run(say) {
		const files = new RowFiles();
		try {
			say('Files of 100 MB');
			const [csv, jsonl] = [await files.csv(BYTES), await files.jsonl(BYTES)];
			say('CSV');
			const ofCsv = await race(csv, {
				ours: ours('csv'),
				'csv-parse': ofCsvParse,
				papaparse: ofPapaparse,
			});
			say('JSONL');
			const ofJsonl = await race(jsonl, { ours: ours('jsonl'), readline: ofReadline });
			say('Cost by size');
			const small = await best(ours('csv'), await files.csv(BYTES / 4));
			const growth = [
				{ what: 'CSV of 25 and 100 MB', times: ofCsv.ours!.ms / small.ms / 4 },
				...(await growths()),
			];
			return {
				tables: [speeds('CSV of 100 MB', ofCsv), speeds('JSONL of 100 MB', ofJsonl), costs(growth)],
				bars: [
					...speedBars(ofCsv),
					...growth.map(({ what, times }) => growthBar(what, times)),
					blockBar('CSV', ofCsv.ours!),
					blockBar('JSONL', ofJsonl.ours!),
				],
			};
		} finally {
			files.remove();
		}
	},
};

type Runs = Record<string, Run>;

async function race(path: string, readers: Record<string, Reader>): Promise<Runs> {
	const runs: Runs = {};
	for (let round = 0; round < ROUNDS; round++) {
		for (const [name, reader] of Object.entries(readers)) {
			const run = await measured(reader, path);
			const before = runs[name] ?? run;
			if (before.rows !== run.rows) throw new Error(`${name}: ${run.rows} rows, or ${before.rows}`);
			runs[name] = {
				rows: run.rows,
				ms: Math.min(run.ms, before.ms),
				blockMs: Math.min(run.blockMs, before.blockMs),
			};
		}
	}
	const counts = new Set(Object.values(runs).map(({ rows }) => rows));
	if (counts.size > 1) throw new Error(`Readers differ in rows: ${JSON.stringify(runs)}`);
	return runs;
}

async function best(reader: Reader, path: string): Promise<Run> {
	return (await race(path, { reader })).reader!;
}

async function measured(reader: Reader, path: string): Promise<Run> {
	globalThis.gc?.();
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	const start = performance.now();
	const count = await reader(path);
	const ms = performance.now() - start;
	delay.disable();
	return { rows: count, ms, blockMs: delay.max / MB };
}

/** How much more each unit of work costs when there is four times as much of it, by unit. */
async function growths(): Promise<Array<{ what: string; times: number }>> {
	const names = (count: number) => columnNames(new Array<string>(count).fill('a'), []);
	const glob = (count: number) => globMatcher('*a'.repeat(50) + '*b')('a'.repeat(count));
	const line = async (megabytes: number) => {
		const text = JSON.stringify({ v: 'x'.repeat(megabytes * MB) });
		async function* pieces() {
			for (let at = 0; at < text.length; at += 65_536) yield text.slice(at, at + 65_536);
		}
		const fail = (problem: string) => new Error(problem);
		for await (const rows of jsonlRows(pieces(), false, fail, () => {})) void rows.length;
	};
	return [
		{ what: '4,096 and 16,384 equal names', times: await grows((n) => names(4_096 * n)) },
		{ what: 'a line of JSONL of 4 and 16 MB', times: await grows((n) => line(4 * n)) },
		{ what: '50 stars, 10,000 and 40,000 characters', times: await grows((n) => glob(10_000 * n)) },
	];
}

async function grows(work: (size: number) => unknown): Promise<number> {
	const time = async (size: number) => {
		const times: number[] = [];
		for (let round = 0; round < 7; round++) {
			const start = performance.now();
			await work(size);
			times.push(performance.now() - start);
		}
		return Math.min(...times);
	};
	await time(1);
	const once = await time(1);
	return (await time(4)) / once / 4;
}

const perSecond = ({ rows, ms }: Run) => Math.round(rows / (ms / 1_000));

const speeds = (title: string, runs: Runs): Table => ({
	title,
	head: ['', 'rows a second', 'MB a second', 'longest block, ms', 'speed of ours to it'],
	rows: Object.entries(runs).map(([name, run]) => [
		...[name, perSecond(run), BYTES / MB / (run.ms / 1_000), run.blockMs],
		perSecond(runs.ours!) / perSecond(run),
	]),
});

const costs = (growth: Array<{ what: string; times: number }>): Table => ({
	title: 'Cost of each piece with four times as many (1 is linear)',
	head: ['', 'times'],
	rows: growth.map(({ what, times }) => [what, times]),
});

const speedBars = (runs: Runs): Bar[] => [
	{
		name: 'rows: speed of CSV to csv-parse',
		value: perSecond(runs.ours!) / perSecond(runs['csv-parse']!),
		...{ limit: LEAST_SPEED, unit: 'times', isLeast: true },
	},
];

const growthBar = (what: string, times: number): Bar => ({
	...{ name: `rows: growth of cost, ${what}`, value: times, limit: MOST_GROWTH, unit: 'times' },
});

const blockBar = (what: string, { blockMs }: Run): Bar => ({
	...{ name: `rows: longest block, ${what}`, value: blockMs, limit: MOST_BLOCK_MS, unit: 'ms' },
});
