import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';

import type { PROMISES } from './promises';

const TRIGGER = path.join(__dirname, '../../../nodes/ArchetypeAi/trigger');

export interface Mutation {
	mistake: string;
	/** The promise that it breaks. */
	breaks: keyof typeof PROMISES;
	file: string;
	from: string;
	to: string;
}

/** Mistakes that a reader of the trigger could make, each by one change of its text. */
export const MUTATIONS: Mutation[] = [
	{
		mistake: 'jobs that left the active lists are not looked at',
		breaks: 'prompt',
		file: 'observe.ts',
		from: 'await look.atEndedJobs();',
		to: '',
	},
	{
		mistake: 'new jobs are looked for on the first page only',
		breaks: 'prompt',
		file: 'observe.ts',
		from: "if (order === 'newest') await this.downFrom(head.rows, head.total);\n\t\t\telse this.see(head.rows);",
		to: 'this.see(head.rows);',
	},
	{
		mistake: 'new jobs at the end of the list are not looked for',
		breaks: 'prompt',
		file: 'observe.ts',
		from: "if (order === 'oldest') await this.upFromFloor(order, head.total, head.rows.length);",
		to: '',
	},
	{
		mistake: 'rows that were deleted between two pages from the edge are not noticed',
		breaks: 'prompt',
		file: 'observe.ts',
		from: 'page === undefined || shared === -1',
		to: 'page === undefined',
	},
	{
		mistake: 'rows of the same moment are taken to be sorted newest first',
		breaks: 'prompt',
		file: 'observe.ts',
		from: 'await this.orderOf(head.rows',
		to: 'orderOf(head.rows',
	},
	{
		mistake: 'of jobs created at one moment, those that are left are skipped',
		breaks: 'backlog',
		file: 'observe.ts',
		from: 'readUpTo = this.reached - 1',
		to: 'readUpTo = this.reached',
	},
	{
		mistake: 'newer active jobs are told before older ones that are left',
		breaks: 'backlog',
		file: 'observe.ts',
		from: "if (order === 'unknown') return this.observation;",
		to: 'return this.observation;',
	},
	{
		mistake: 'what is remembered may be forgotten before all that came earlier was read',
		breaks: 'backlog',
		file: 'watch.ts',
		from: 'firstRuns.store(readUpTo)',
		to: 'firstRuns.store(Infinity)',
	},
	{
		mistake: 'jobs are asked for by ID when the time is up',
		breaks: 'backlog',
		file: 'observe.ts',
		from: 'if (!mayAsk()) break;',
		to: '',
	},
	{
		mistake: 'the slow walk through the list is left out',
		breaks: 'sorted',
		file: 'observe.ts',
		from: 'await look.bySweep();',
		to: '',
	},
	{
		mistake: 'jobs that could not be looked at in time are forgotten',
		breaks: 'backlog',
		file: 'watch.ts',
		from: 'for (const id of pending)',
		to: 'for (const id of [])',
	},
	{
		mistake: 'what was delivered is not remembered',
		breaks: 'sorted',
		file: 'watch.ts',
		from: '!ledger.has(event.id) && ',
		to: '',
	},
	{
		mistake: 'only what is later than the floor counts, not what follows a known status',
		breaks: 'sorted',
		file: 'watch.ts',
		from: 'isAhead(event, tracked) ?? !ledger.covers(at)',
		to: '!ledger.covers(at)',
	},
	{
		mistake: 'a retry does not make a new event',
		breaks: 'sorted',
		file: 'events.ts',
		from: ':${attempt}${times}',
		to: '${times}',
	},
	{
		mistake: 'a preemption does not make a new event',
		breaks: 'everything',
		file: 'events.ts',
		from: '`.${job.preemption_count ?? 0}`',
		to: "''",
	},
	{
		mistake: 'jobs that show up late are not waited for',
		breaks: 'promptlyLate',
		file: 'watch.ts',
		from: 'Math.min(readUpTo, now - LATENESS_MS)',
		to: 'readUpTo',
	},
	{
		mistake: 'news are not in doubt when n8n is killed before it saved the execution',
		breaks: 'classic',
		file: 'doubt.ts',
		from: 'host.stored.doubt = doubt;',
		to: '',
	},
	{
		mistake: 'of the news that this process told, only the last are known to be told',
		breaks: 'classic',
		file: 'doubt.ts',
		from: '[...recent, at]',
		to: '[at]',
	},
	{
		mistake: 'a job that is not found once is taken to be deleted',
		breaks: 'sorted',
		file: 'watch.ts',
		from: 'active[id] = [...tracked, NOT_FOUND];',
		to: '',
	},
	{
		mistake: 'where watching began is not remembered',
		breaks: 'durable',
		file: 'resume.ts',
		from: 'host.memory.first = after',
		to: 'void after',
	},
];

/** Loads modules afresh with one file of the trigger changed. */
export async function withMutation<Module>(
	{ file, from, to }: Omit<Mutation, 'breaks' | 'mistake'>,
	load: () => Promise<Module>,
): Promise<Module> {
	const filename = path.join(TRIGGER, file);
	const source = readFileSync(filename, 'utf8');
	if (!source.includes(from)) throw new Error(`${file} has no "${from}" any more`);
	const { code } = transformSync(source.replace(from, to), {
		filename,
		jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
		module: { type: 'commonjs' },
	});

	jest.resetModules();
	jest.doMock(filename, () => evaluate(code, filename));
	try {
		return await load();
	} finally {
		jest.dontMock(filename);
	}
}

function evaluate(code: string, filename: string): unknown {
	const module = { exports: {} };
	const resolve = createRequire(filename).resolve;
	const load = (id: string): unknown =>
		jest.requireActual(id.startsWith('.') ? path.join(TRIGGER, id) : resolve(id));
	const run = compileFunction(code, ['require', 'module', 'exports'], { filename }) as (
		...scope: unknown[]
	) => void;
	run(load, module, module.exports);
	return module.exports;
}
