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
		mistake: 'the sweep is left out',
		breaks: 'sorted',
		file: 'look/look.ts',
		from: '} else if (hasMore && early === undefined) {',
		to: '} else if (false) {',
	},
	{
		mistake: 'only the four known statuses are active',
		breaks: 'troubles',
		file: 'decide/events.ts',
		from: '=> rankOf(status) < ENDED',
		to: '=> rankOf(status) < ENDED && rankOf(status) >= 0',
	},
	{
		mistake: 'watching begins by the clock in the header',
		breaks: 'clocks',
		file: 'decide/decide.ts',
		from: "const floor = edge?.order === 'whole' && isClean ? 0 : oldest;",
		to: 'const floor = now;',
	},
	{
		mistake: 'the newest of the jobs that are left are reported and the others forgotten',
		breaks: 'slow',
		file: 'decide/decide.ts',
		from: '\t\t\tleft: edge?.left ?? state.left,',
		to: '\t\t\tleft: 0,',
	},
	{
		mistake: 'a retry does not make a new event',
		breaks: 'sorted',
		file: 'decide/events.ts',
		from: ':${attempt}${times}',
		to: '${times}',
	},
	{
		mistake: 'a preemption does not make a new event',
		breaks: 'everything',
		file: 'decide/events.ts',
		from: '`.${job.preemption_count ?? 0}`',
		to: "''",
	},
	{
		mistake: 'the start of the run before counts for the present one',
		breaks: 'everything',
		file: 'decide/events.ts',
		from: 'return hasEnded && endBeforeAt !== undefined && started > endBeforeAt;',
		to: 'return started > 0;',
	},
	{
		mistake: 'ends of jobs from before watching are forgotten with the new ones',
		breaks: 'sorted',
		file: 'decide/memory.ts',
		from: ' || createdAt(job) <= this.oldUpTo',
		to: '',
	},
	{
		mistake: 'events are confirmed by the save on the durable path',
		breaks: 'durable',
		file: 'crash/unconfirmed.ts',
		from: 'host.isAtomic ? times >= MOST_TIMES : age > CLASSIC_MS',
		to: 'host.isAtomic || age > CLASSIC_MS',
	},
	{
		mistake: 'events are never unconfirmed on the classic path',
		breaks: 'classic',
		file: 'crash/unconfirmed.ts',
		from: 'host.isAtomic ? times >= MOST_TIMES : age > CLASSIC_MS',
		to: '!host.isAtomic || times >= MOST_TIMES',
	},
	{
		mistake: 'of what this process emitted, only the last is known',
		breaks: 'classic',
		file: 'crash/unconfirmed.ts',
		from: '[...recent, at]',
		to: '[at].slice(1)',
	},
	{
		mistake: 'the ledgers are not taken back with the events',
		breaks: 'classic',
		file: 'crash/unconfirmed.ts',
		from: 'ledger.undone(state.newJobs, newJobs)',
		to: 'state.newJobs',
	},
	{
		mistake: 'where watching began is not remembered',
		breaks: 'durable',
		file: 'crash/resume.ts',
		from: 'if (isFirst) host.memory.first = after;',
		to: '',
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
		jest.requireActual(id.startsWith('.') ? path.join(path.dirname(filename), id) : resolve(id));
	const run = compileFunction(code, ['require', 'module', 'exports'], { filename }) as (
		...scope: unknown[]
	) => void;
	run(load, module, module.exports);
	return module.exports;
}
