import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

import { assertThat } from './assert';

/**
 * How much work something is, in steps instead of time: how often each block of the product's code
 * runs, as counted by V8, plus how many characters or bytes are examined by the built-in functions
 * that it calls. The same for the same input on every machine.
 */
export async function stepsOf(work: () => unknown): Promise<number> {
	const session = new Session();
	session.connect();
	const meter = countNatives();
	try {
		session.post('Profiler.enable');
		session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
		await work();
		return meter.steps() + blocksIn(session);
	} finally {
		meter.stop();
		session.post('Profiler.stopPreciseCoverage');
		session.disconnect();
	}
}

function blocksIn(session: Session): number {
	let blocks = 0;
	// An in-process session answers before post() returns.
	session.post('Profiler.takePreciseCoverage', (_, { result }) => {
		for (const { functions } of result.filter(isProduct)) {
			for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
		}
	});
	return blocks;
}

const isProduct = ({ url }: Profiler.ScriptCoverage): boolean =>
	/\/(?:nodes|credentials)\/[\w/.]+\.ts$/.test(url);

type Counted = (this: unknown, ...args: unknown[]) => unknown;

/** The length of a string, also as `this`, of an array, or of bytes. */
const lengthOf = (value: unknown): number =>
	typeof value === 'string' ||
	value instanceof String ||
	Array.isArray(value) ||
	ArrayBuffer.isView(value)
		? ((value as { length?: number }).length ?? 0)
		: 0;

/** How much of its input a function examines. */
type Measure = (self: unknown, args: unknown[], result: unknown) => number;

const itself: Measure = (self) => lengthOf(self);
const argument: Measure = (_, [first]) => lengthOf(first);
const given: Measure = (_, __, result) => lengthOf(result);
/** From where the search starts to where it finds something. */
const upToFound: Measure = (self, [, from = 0], result) =>
	(Number(result) < 0 ? lengthOf(self) : Number(result)) - Math.min(Number(from), lengthOf(self));

/** Built-in functions that examine a whole value, and how much of it. */
const NATIVES: Array<[owner: object, names: string[], measure: Measure]> = [
	[String.prototype, ['indexOf'], upToFound],
	[
		String.prototype,
		[
			...['includes', 'lastIndexOf', 'split', 'replace', 'replaceAll', 'match', 'search'],
			...['trim', 'trimStart', 'trimEnd', 'toLowerCase', 'toUpperCase', 'normalize'],
		],
		itself,
	],
	[RegExp.prototype, ['test'], argument],
	[JSON, ['parse'], argument],
	[JSON, ['stringify'], given],
	[Buffer, ['concat', 'from'], given],
	[Buffer.prototype, ['toString'], itself],
	[TextDecoder.prototype, ['decode'], argument],
	[
		Array.prototype,
		['includes', 'indexOf', 'slice', 'splice', 'concat', 'reverse', 'flat'],
		itself,
	],
	[Array.prototype, ['join'], given],
];

function countNatives() {
	let steps = 0;
	const originals: Array<() => void> = [];
	for (const [owner, names, measure] of NATIVES) {
		for (const name of names) {
			const original = (owner as Record<string, Counted>)[name]!;
			const descriptor = Object.getOwnPropertyDescriptor(owner, name)!;
			const counting: Counted = function (...args) {
				const result = original.apply(this, args);
				steps += 1 + measure(this, args, result);
				return result;
			};
			Object.defineProperty(owner, name, { ...descriptor, value: counting });
			originals.push(() => Object.defineProperty(owner, name, descriptor));
		}
	}
	return { steps: () => steps, stop: () => originals.forEach((restore) => restore()) };
}

/** Steps that any work takes, however small its input. */
const CONSTANT = 20_000;

/**
 * Four times the input must take no more than about four times the steps. `work` gets an input of
 * the given size.
 */
export async function assertLinear(size: number, work: (size: number) => unknown): Promise<void> {
	const [small, large] = [await stepsOf(() => work(size)), await stepsOf(() => work(4 * size))];
	assertThat(
		large <= 6 * small + CONSTANT,
		() => `${small} steps for ${size}, but ${large} for four times as much`,
	);
}
