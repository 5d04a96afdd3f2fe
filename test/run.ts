// `npm test`: every check of the project, in order, with a summary at the end.
// `npm test -- unit engine` runs only the named steps.
import { execa } from 'execa';
import { Listr } from 'listr2';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { npmPack, type NpmPackReport } from '../tools/n8n/pack';

interface Step {
	name: string;
	title: string;
	/** Commands run one after the other; each is a program and its arguments. */
	commands: string[][];
	/** The step reads dist/. */
	needsBuild?: boolean;
	/** A Jest step counts its tests; any other counts as one check. */
	isJest?: boolean;
}

interface Result {
	passed: number;
	failed: number;
	skipped: number;
	seconds: number;
}

/** The part of Jest's `--json` report that is used here. */
interface JestReport {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	numRuntimeErrorTestSuites: number;
	testResults: Array<{ assertionResults: Array<{ ancestorTitles: string[]; status: string }> }>;
}

const root = join(__dirname, '..');
const logs = join(root, '.cache', 'test');
const TAIL_LINES = 80;
/** Steps whose tests run in real n8n servers: two at a time; each uses up to a GB, mostly idle. */
const inServers = ['host', 'browser'];

/** Steps that keep one core busy and are independent of each other. */
const together = ['types', 'lint', 'format', 'build'];

const steps: Step[] = [
	{
		name: 'types',
		title: 'Types (tsc)',
		commands: [
			['tsc', '--noEmit'],
			['tsc', '-p', 'test/tsconfig.json'],
		],
	},
	{ name: 'lint', title: 'Lint (ESLint)', commands: [['eslint', '--max-warnings=0', '.']] },
	{ name: 'format', title: 'Format (Prettier)', commands: [['prettier', '--check', '.']] },
	{ name: 'build', title: 'Build (dist/)', commands: [['gulp', 'build']] },
	{
		name: 'gate',
		title: "n8n's gate, on source and tarball",
		needsBuild: true,
		commands: [
			['node', 'tools/setup.mjs', 'test/gate'],
			['node', 'test/gate/gate.mjs'],
		],
	},
	jestStep('package', 'Package: manifest and packed files', true),
	jestStep('unit', 'Unit tests'),
	jestStep('properties', 'Property tests: generated histories against a model'),
	jestStep('engine', "Engine tests: nodes in n8n-core's engine"),
	jestStep('host', 'Host tests: packed tarball in real n8n servers', true),
	jestStep('browser', "Browser tests: a person in n8n's editor", true),
];

function jestStep(name: string, title: string, needsBuild = false): Step {
	const report = ['--json', `--outputFile=${reportFile(name)}`];
	const config = ['--config', 'test/jest.config.js', '--selectProjects', name];
	const workers = inServers.includes(name) ? ['--maxWorkers=2'] : [];
	const commands = [['jest', ...config, ...workers, ...report]];
	return { name, title, needsBuild, isJest: true, commands };
}

function reportFile(name: string): string {
	return join(logs, `${name}.json`);
}

function logFile(name: string): string {
	return join(logs, `${name}.log`);
}

/** The requested steps, plus the build if one of them needs it. Exits on an unknown name. */
function choose(names: string[]): Step[] {
	const unknown = names.find((name) => !steps.some((step) => step.name === name));
	if (unknown) {
		const known = steps.map(({ name }) => name).join(', ');
		console.error(`No step is called "${unknown}". There are: ${known}.`);
		process.exit(2);
	}
	if (names.length === 0) return steps;
	const chosen = steps.filter(({ name }) => names.includes(name));
	const build = chosen.some(({ needsBuild }) => needsBuild);
	return steps.filter((step) => chosen.includes(step) || (build && step.name === 'build'));
}

/** Runs a step's commands; their output is streamed to `output` and the step's log. */
async function run(step: Step, output: NodeJS.WritableStream): Promise<Result> {
	const start = Date.now();
	const log = createWriteStream(logFile(step.name));
	rmSync(reportFile(step.name), { force: true });
	let succeeded = true;
	for (const [program = '', ...args] of step.commands) {
		const command = execa(program, args, {
			cwd: root,
			preferLocal: true,
			all: true,
			buffer: false,
			reject: false,
			stdin: 'ignore',
			env: process.stdout.isTTY ? { FORCE_COLOR: '1' } : {},
		});
		command.all?.pipe(log, { end: false });
		command.all?.pipe(output, { end: false });
		const { failed } = await command;
		if (failed) {
			succeeded = false;
			break;
		}
	}
	await new Promise((done) => log.end(done));
	return { ...count(step, succeeded), seconds: (Date.now() - start) / 1000 };
}

/** A test file that could not even be loaded counts as a failed test. */
function count(step: Step, succeeded: boolean): Omit<Result, 'seconds'> {
	const report = step.isJest ? readReport(step.name) : undefined;
	if (!report) return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
	const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
	return {
		passed: report.numPassedTests,
		failed: succeeded ? failed : Math.max(failed, 1),
		skipped: report.numPendingTests + report.numTodoTests,
	};
}

function readReport(name: string): JestReport | undefined {
	if (!existsSync(reportFile(name))) return undefined;
	return JSON.parse(readFileSync(reportFile(name), 'utf8')) as JestReport;
}

/** n8n versions, from the titles of the step's tests that ran: `describe('n8n 2.41.1', ...)`. */
function hostVersions(step: string): string[] {
	const tests = readReport(step)?.testResults.flatMap((file) => file.assertionResults) ?? [];
	const titles = tests
		.filter(({ status }) => status === 'passed' || status === 'failed')
		.flatMap(({ ancestorTitles }) => ancestorTitles);
	const versions = titles.map((title) => /\bn8n (\d+\.\d+\.\d+)\b/.exec(title)?.[1]);
	return [...new Set(versions.filter((version) => version !== undefined))];
}

function printFailures(results: Map<Step, Result>) {
	for (const [{ name, title }, { failed }] of results) {
		if (failed === 0) continue;
		const lines = readFileSync(logFile(name), 'utf8').trimEnd().split('\n');
		console.log(`\n─── ${title} failed. Whole log: ${logFile(name)}`);
		console.log(lines.slice(-TAIL_LINES).join('\n'));
	}
}

function printSummary(
	chosen: Step[],
	results: Map<Step, Result>,
	packed: NpmPackReport | undefined,
) {
	console.log('\nSummary');
	const total = { passed: 0, failed: 0, skipped: 0 };
	for (const step of chosen) {
		const result = results.get(step) ?? { passed: 0, failed: 0, skipped: 1, seconds: 0 };
		total.passed += result.passed;
		total.failed += result.failed;
		total.skipped += result.skipped;
		const time = `${(result.seconds / 60).toFixed(1)} min`.padStart(8);
		console.log(`  ${step.name.padEnd(11)}${sentence(result).padEnd(34)}${time}`);
	}
	for (const { name } of chosen.filter((step) => inServers.includes(step.name))) {
		const versions = hostVersions(name).join(', ') || 'none';
		console.log(`  n8n versions tested in ${name}: ${versions}`);
	}
	if (packed) {
		const { size, unpackedSize, files } = packed;
		console.log(`  tarball: ${size} bytes packed, ${unpackedSize} unpacked, ${files.length} files`);
	}
	console.log(`\n${sentence(total)}`);
}

function sentence({ passed, failed, skipped }: Omit<Result, 'seconds'>): string {
	return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}

async function main() {
	const chosen = choose(process.argv.slice(2));
	mkdirSync(logs, { recursive: true });

	const results = new Map<Step, Result>();
	const isBroken = (name: string) =>
		[...results].some(([step, { failed }]) => step.name === name && failed > 0);
	const runAll = async (some: Step[], concurrent: number) => {
		const tasks = some.map((step) => ({
			title: step.title,
			skip: () => (step.needsBuild && isBroken('build') ? `${step.title}: no build` : false),
			task: async (_: unknown, task: { stdout(): NodeJS.WritableStream }) => {
				const result = await run(step, task.stdout());
				results.set(step, result);
				if (result.failed > 0) throw new Error(`${step.title}: ${sentence(result)}`);
			},
			rendererOptions: { outputBar: 6 },
		}));
		const list = new Listr(tasks, {
			concurrent,
			exitOnError: false,
			fallbackRenderer: 'simple',
			rendererOptions: { collapseErrors: false },
		});
		await list.run();
	};
	const isEarly = ({ name }: Step) => together.includes(name);
	await runAll(chosen.filter(isEarly), 2);
	await runAll(
		chosen.filter((step) => !isEarly(step)),
		1,
	);

	const built = chosen.some(({ name }) => name === 'build') && !isBroken('build');
	const packed = built ? await npmPack(['--dry-run']) : undefined;
	printFailures(results);
	printSummary(chosen, results, packed);
	const failed = [...results.values()].some((result) => result.failed > 0);
	process.exitCode = failed ? 1 : 0;
}

void main();
