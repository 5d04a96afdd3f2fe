// H12: workflows that may publish run no project code, and those that run code may not publish.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

interface Job {
	needs?: string;
	environment?: { name: string };
	permissions?: Record<string, string>;
	steps: Array<{ uses?: string; run?: string; with?: Record<string, unknown> }>;
}
interface Workflow {
	permissions?: Record<string, string>;
	jobs: Record<string, Job>;
}

const folder = join(__dirname, '../../.github/workflows');
const workflows = readdirSync(folder).map((file): [string, Workflow] => [
	file,
	parse(readFileSync(join(folder, file), 'utf8')) as Workflow,
]);
const publishing = new Map(workflows).get('publish.yml')!.jobs;
const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

test('one job tests and packs, from a tag on main, and cannot publish', () => {
	const { pack } = publishing;
	expect(pack?.permissions).toEqual({ contents: 'read' });
	expect(commands(pack!)).toEqual([
		'git merge-base --is-ancestor "$GITHUB_SHA" origin/main',
		'node .ci/check-release.mjs "$GITHUB_REF_NAME"',
		'.ci/run',
		'npm run build',
		'npm pack --ignore-scripts --pack-destination "$RUNNER_TEMP"',
	]);
});

test('the other publishes the tarball behind an environment, and has nothing else', () => {
	const { publish } = publishing;
	expect(publish).toMatchObject({ needs: 'pack', environment: { name: 'npm' } });
	expect(publish?.permissions).toEqual({ 'id-token': 'write' });
	expect(commands(publish!)).toEqual([
		'npm publish ./*.tgz --provenance --access public --ignore-scripts',
	]);
	expect(publish?.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))).toEqual([]);
});

test('no other job may do more than read', () => {
	const others = workflows.flatMap(([file, { permissions, jobs }]) =>
		Object.entries(jobs)
			.filter(([job]) => `${file} ${job}` !== 'publish.yml publish')
			.map(([, job]) => job.permissions ?? permissions),
	);
	expect(others.length).toBeGreaterThan(2);
	for (const permissions of others) expect(permissions).toEqual({ contents: 'read' });
});

test('every action is pinned to a commit, and no checkout keeps its token', () => {
	const steps = workflows.flatMap(([, { jobs }]) =>
		Object.values(jobs).flatMap((job) => job.steps),
	);
	for (const { uses, ...step } of steps) {
		if (uses === undefined) continue;
		expect(uses).toMatch(/@[0-9a-f]{40}$/);
		if (!uses.startsWith('actions/checkout@')) continue;
		expect(step.with).toMatchObject({ 'persist-credentials': false });
	}
});
