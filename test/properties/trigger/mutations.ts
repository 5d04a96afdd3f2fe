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

/** Mistakes that a maintainer of the trigger could make, each as one change of its source. */
export const MUTATIONS: Mutation[] = [
	{
		mistake: 'the sweep is left out',
		breaks: 'sorted',
		file: 'look/look.ts',
		from: '} else if (hasMore && earlySweep === undefined) {',
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
		from: 'const floor = isWhole ? whole : oldest;',
		to: 'const floor = now;',
	},
	{
		mistake: 'the newest of the jobs that are left are reported and the others forgotten',
		breaks: 'backlog',
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
		from: 'return isOfLastRun && endBeforeAt !== undefined && started > endBeforeAt;',
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
	{
		mistake: 'a hanging place is waited for',
		breaks: 'outage',
		file: 'look/requests.ts',
		from: 'return await Promise.race([answer, late]);',
		to: 'void late; return await answer;',
	},
	{
		mistake: 'the sweep is left out while a list hangs',
		breaks: 'outage',
		file: 'look/look.ts',
		from: '? sweepPage(requests, state, state.total, limits, sweepMemory)',
		to: '? Promise.resolve(state.sweep)',
	},
	{
		mistake: 'one failing place fails the poll',
		breaks: 'outage',
		file: 'advance.ts',
		from: 'if (requests.replies === 0) throw',
		to: 'if (requests.failures.size > 0) throw',
	},
	{
		mistake: 'the counts are ignored',
		breaks: 'counted',
		file: 'look/look.ts',
		from: 'const left = () => (hasMore && edge?.left === 0 ? missing(task, edge) : 0);',
		to: 'const left = () => 0;',
	},
	{
		mistake: 'a bad row is taken for a deleted job',
		breaks: 'malformed',
		file: 'look/ended.ts',
		from: 'if (job === undefined) unanswered.add(id);',
		to: 'if (job === undefined) notFound.add(id);',
	},
	{
		mistake: 'times without a zone are those of Tokyo',
		breaks: 'zones',
		file: 'decide/time.ts',
		from: "!hasZone ? 'Z'",
		to: "!hasZone ? '+09:00'",
	},
	{
		mistake: 'asks by ID are left out',
		breaks: 'prompt',
		file: 'look/ended.ts',
		from: 'for (let at = 0; at < due.length; at += PARALLEL) {',
		to: 'for (let at = 0; at < 0; at += PARALLEL) {',
	},
	{
		mistake: 'the edge is its first page only',
		breaks: 'prompt',
		file: 'look/edge.ts',
		from: 'return { ...edge, ...(await readDown(task, list, slice)) };',
		to: 'return edge;',
	},
	{
		mistake: 'ends are forgotten before what is owed was found',
		breaks: 'counted',
		file: 'decide/decide.ts',
		from: 'isFull ? Infinity : owed > 0 ? 0 : (edge?.readUpTo ?? 0)',
		to: '(void isFull, Infinity)',
	},
	{
		mistake: 'the status before a preemption is forgotten',
		breaks: 'everything',
		file: 'decide/memory.ts',
		from: 'rankOf(other) > rankOf(furthest) ? other : furthest',
		to: 'other === undefined ? other : furthest',
	},
	{
		mistake: 'a search begins anew at each poll',
		breaks: 'counted',
		file: 'look/look.ts',
		from: 'search(requests, edge, state.search, limits, left)',
		to: 'search(requests, edge, 0, limits, left)',
	},
	{
		mistake: 'a job that is not found once is deleted',
		breaks: 'lost',
		file: 'decide/decide.ts',
		from: 'const LOST_MS = 24 * 3_600_000;',
		to: 'const LOST_MS = -1;',
	},
	{
		mistake: 'a poll takes no more than the edge, once the service is slow',
		breaks: 'slow',
		file: 'look/look.ts',
		from: 'const isSlow = !isFirst && requests.isSlow;',
		to: 'const isSlow = false;',
	},
];

/** Reloads modules with one file of the trigger changed. */
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
