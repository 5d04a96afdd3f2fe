import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';

const TRIGGER = path.join(__dirname, '../../../nodes/ArchetypeAi/trigger');

export interface Mutation {
	mistake: string;
	file: string;
	from: string;
	to: string;
}

/** Mistakes that a reader of the trigger could make, each by one change of its text. */
export const MUTATIONS: Mutation[] = [
	{
		mistake: 'jobs that left the active lists are not looked at',
		file: 'observe.ts',
		from: 'await look.atEndedJobs();',
		to: '',
	},
	{
		mistake: 'new jobs at the edge of the list are not looked at',
		file: 'observe.ts',
		from: 'await look.atEdge();',
		to: '',
	},
	{
		mistake: 'the slow walk through the list is left out',
		file: 'observe.ts',
		from: 'await look.bySweep();',
		to: '',
	},
	{
		mistake: 'jobs that could not be looked at in time are forgotten',
		file: 'watch.ts',
		from: 'for (const id of pending)',
		to: 'for (const id of [])',
	},
	{
		mistake: 'what was delivered is not remembered',
		file: 'watch.ts',
		from: '|| ledger.has(event.id)',
		to: '',
	},
	{
		mistake: 'only what is later than the floor counts, not what follows a known status',
		file: 'watch.ts',
		from: '|| isAhead(event, tracked)',
		to: '',
	},
	{
		mistake: 'a retry does not make a new event',
		file: 'events.ts',
		from: ':${attempt}${times}',
		to: '${times}',
	},
];

/** Loads modules afresh with one file of the trigger changed. */
export async function withMutation<Module>(
	{ file, from, to }: Mutation,
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
