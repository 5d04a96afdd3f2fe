import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { Listr, type ListrTask } from 'listr2';

import { startSandbox, type Sandbox } from '../../sandbox';
import { N8nClient, type Execution, type Owner, type SavedWorkflow } from '../../tools/n8n/client';
import { installN8n, type N8nInstallation } from '../../tools/n8n/install';
import { packPackage, type PackedPackage } from '../../tools/n8n/pack';
import { startN8n, type N8nServer } from '../../tools/n8n/server';
import { until } from '../../tools/n8n/until';
import { readExample, readFilesExample, readOutputsExample } from '../workflows';
import { keepLogin, keptLogin, loginInWords } from '../../tools/n8n/login';
import { ServiceClient, type Job } from './service';
import { checkOutputs, type CheckedResult } from './verify';
import { bars, progressOf, summary } from './view';
import { JOB_PARAMETERS, splitWeather, type WeatherFile } from './weather';

/** Where the demo keeps everything, inside the clone. */
export const DEMO_FOLDER = join(__dirname, '..', '..', '.demo');
/** Where the workflow that starts the job reads its input files. */
const INPUT_FOLDER = join(DEMO_FOLDER, 'inputs');
/** Where the workflow writes the results. */
export const OUTPUT_FOLDER = join(DEMO_FOLDER, 'outputs');
/** The editor's port and login, kept for the next run. */
const LOGIN_FILE = join(DEMO_FOLDER, 'login.json');

const API_KEY = 'sk_demo';
/** How long the sandbox runs the job: long enough to watch. */
const JOB_MS = 20_000;
const JOB_TIMEOUT_MS = 5 * 60_000;
/** n8n polls at most once a minute. */
const POLL_MS = 60_000;
const TRIGGER_TIMEOUT_MS = 3 * POLL_MS;

/** What each step leaves for the later ones, and for the caller afterwards. */
export interface Story {
	installation: N8nInstallation;
	packed: PackedPackage;
	sandbox: Sandbox;
	n8n: N8nServer;
	client: N8nClient;
	owner: Owner;
	/** Uploads the files and creates the job. */
	starting: SavedWorkflow;
	/** Writes the results. */
	workflow: SavedWorkflow;
	service: ServiceClient;
	shots: WeatherFile[];
	readings: WeatherFile[];
	job: Job;
	execution: Execution;
	results: CheckedResult[];
}

/** A step that failed: which one, and why. */
export class StepError extends Error {
	override name = 'StepError';

	constructor(
		readonly step: string,
		cause: Error,
	) {
		super(cause.message, { cause });
	}
}

type Task = Parameters<ListrTask<Story>['task']>[1];

/** Keeps all of a step's output after it ends. */
const KEPT = { persistentOutput: true, outputBar: Infinity };

/**
 * The whole story, step by step and visibly: from an empty machine to verified files on disk. The
 * sandbox and n8n are running when this resolves, and may be when it rejects.
 *
 * @throws StepError naming the step
 */
export async function tell(story: Story): Promise<void> {
	const steps = new Listr<Story>(
		[
			step('Install n8n', install),
			step('Pack this package as it is published', pack),
			step('Start the Archetype AI sandbox', startService),
			// Its output is needed for as long as n8n runs.
			{ ...step('Start n8n with the package installed', startServer), rendererOptions: KEPT },
			step('Create credential and workflows, publish the trigger', setUp),
			step('Upload four years of weather in Seattle, and create a batch job', startJob),
			step('Classify it in the batch job', runJob),
			step('Wait for the trigger', awaitTrigger),
			step('Check the downloaded files', check),
		],
		// main.ts reports why a step failed, and handles signals.
		{ ctx: story, rendererOptions: { showErrorMessage: false }, registerSignalListeners: false },
	);
	await steps.run();
}

function step(title: string, work: (story: Story, task: Task) => Promise<void>): ListrTask<Story> {
	return {
		title,
		async task(story, task) {
			try {
				await work(story, task);
			} catch (error) {
				throw new StepError(title, error as Error);
			}
		},
	};
}

async function install(story: Story, task: Task): Promise<void> {
	story.installation = await installN8n('2.x', progressOf(task));
	task.title = `n8n ${story.installation.version} is installed in ${story.installation.folder}`;
}

async function pack(story: Story, task: Task): Promise<void> {
	story.packed = await packPackage(DEMO_FOLDER);
	const { name, version, files, bytes } = story.packed;
	task.title = `Packed ${name} ${version}: ${files.length} files, ${kilobytes(bytes)}`;
}

async function startService(story: Story, task: Task): Promise<void> {
	story.sandbox = await startSandbox({ apiKey: API_KEY, jobMs: JOB_MS });
	story.service = new ServiceClient(story.sandbox.url, API_KEY);
	task.title = `The Archetype AI sandbox runs at ${story.sandbox.url}`;
}

async function startServer(story: Story, task: Task): Promise<void> {
	const userFolder = join(DEMO_FOLDER, 'n8n');
	// A new server starts as fast as an old one, and carries nothing over from the last run.
	await rm(userFolder, { recursive: true, force: true });
	for (const folder of [INPUT_FOLDER, OUTPUT_FOLDER]) {
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
	}
	const { installation, packed } = story;
	const before = await keptLogin(LOGIN_FILE);
	story.n8n = await startN8n({
		installation,
		userFolder,
		port: before?.port,
		packages: [packed],
		env: { N8N_RESTRICT_FILE_ACCESS_TO: `${INPUT_FOLDER};${OUTPUT_FOLDER}` },
	});
	story.client = new N8nClient(story.n8n.url);
	story.owner = await story.client.setUpOwner(before?.owner);
	const login = { port: story.n8n.port, owner: story.owner };
	await keepLogin(LOGIN_FILE, login);
	task.title = `n8n ${installation.version} runs with ${packed.name}`;
	task.output = loginInWords(story.n8n.url, login, before);
}

async function setUp(story: Story, task: Task): Promise<void> {
	const { client } = story;
	const data = { apiKey: API_KEY, baseUrl: story.sandbox.url };
	const credential = await client.createCredential('Archetype AI account', data);
	const test = await client.testCredential(credential, data);
	if (test.status !== 'OK') throw new Error(`n8n's test of the credential says: ${test.message}`);

	for (const name of ['job-ended-email-slack', 'running-jobs-progress'] as const) {
		await client.createWorkflow(await readExample(name), credential);
	}
	const template = await readOutputsExample(OUTPUT_FOLDER);
	story.workflow = await client.createWorkflow(template, credential);
	await client.publish(story.workflow);
	const starting = await readFilesExample(INPUT_FOLDER, JOB_PARAMETERS);
	story.starting = await client.createWorkflow(starting, credential);
	task.title = `Published the workflow "${story.workflow.name}"`;
}

async function startJob(story: Story, task: Task): Promise<void> {
	const { client, service, starting } = story;
	Object.assign(story, await splitWeather());
	const files = [...story.shots, ...story.readings];
	for (const { name, csv } of files) await writeFile(join(INPUT_FOLDER, name), csv);
	task.output = `The workflow "${starting.name}" uploads ${files.length} files`;
	const execution = await client.run(starting, 'Start');
	const problem = await client.errorOf(execution);
	if (problem !== undefined) throw new Error(`${problem}. Log: ${story.n8n.logFile}`);
	const [item] = await client.itemsOf(execution, 'Create Job');
	story.job = await service.job(item?.json.id as string);
	const labels = story.shots.map(({ label }) => label).join(', ');
	task.title = `Uploaded ${story.shots.length} CSVs of labelled days (${labels}) and ${story.readings.length} to classify, and created the job ${story.job.id}`;
}

async function runJob(story: Story, task: Task): Promise<void> {
	const { service } = story;
	const show = progressOf(task);
	await until(JOB_TIMEOUT_MS, 'The job did not end', async () => {
		story.job = await service.job(story.job.id);
		const progress = await service.progress(story.job.id);
		task.title = `Job ${story.job.id}: ${story.job.status}`;
		show(bars(progress), `${story.job.status}: ${summary(progress)}`);
		return ['COMPLETED', 'FAILED', 'CANCELLED'].includes(story.job.status);
	});
	if (story.job.status === 'COMPLETED') return;
	throw new Error(`${story.job.id} is ${story.job.status}: ${story.job.error?.message}`);
}

async function awaitTrigger(story: Story, task: Task): Promise<void> {
	const { client, workflow } = story;
	const show = progressOf(task);
	const started = await until(TRIGGER_TIMEOUT_MS, 'The workflow did not start', async () => {
		const left = Math.max(0, Math.ceil((lastPoll(story) + POLL_MS - Date.now()) / 1000));
		show(`n8n looks once a minute: the next time in ${left} s at most`);
		return (await client.executions(workflow))[0];
	});
	story.execution = await client.ended(started.id);
	const { id, status } = story.execution;
	if (status !== 'success') {
		const reason = await client.errorOf(story.execution);
		throw new Error(`execution ${id} ended with ${status}: ${reason}. Log: ${story.n8n.logFile}`);
	}
	task.title = `The trigger started execution ${id}: ${executionUrl(story)}`;
}

async function check(story: Story, task: Task): Promise<void> {
	const outputs = await story.service.outputs(story.job.id);
	const written = await readdir(OUTPUT_FOLDER);
	story.results = await checkOutputs(OUTPUT_FOLDER, written, outputs, story.readings);
	const bytes = story.results.reduce((sum, result) => sum + result.bytes, 0);
	const folder = relative(process.cwd(), OUTPUT_FOLDER);
	task.title = `${written.length} files in ${folder}, ${kilobytes(bytes)}, every one whole`;
}

/** The execution's URL in the editor. */
export function executionUrl({ n8n, workflow, execution }: Story): string {
	return `${n8n.url}/workflow/${workflow.id}/executions/${execution.id}`;
}

/** When the trigger last polled, in ms since 1970: nothing else lists jobs. */
function lastPoll({ sandbox }: Story): number {
	const polls = sandbox.steer.requests().filter(({ route }) => route === 'GET /batch/jobs');
	return Date.parse(polls.at(-1)?.at ?? '') || Date.now();
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1000).toFixed(1)} kB`;
}
