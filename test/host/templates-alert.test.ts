// The alert, with a service that first refuses the key and then is down: how each n8n version
// handles a failing poll, and how many emails result.
import type { Execution, SavedWorkflow, WorkflowTemplate } from '../../tools/n8n/client';
import { until } from '../../tools/n8n/until';
import { readExample } from '../../examples/workflows';
import { startMailServer, type MailServer } from './counterparts/smtp';
import { describeEachHost } from './hosts';
import { useServer } from './server';
import { chain, node, trigger } from './workflows';

const POLLS_TIMEOUT_MS = 60_000;
const MINUTE_TIMEOUT_MS = 100_000;
/** n8n's clock here is far from a full hour, when the next email would be due. */
const GENERIC_TIMEZONE = new Date().getMinutes() < 30 ? 'UTC' : 'Asia/Kolkata';

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed, { GENERIC_TIMEZONE });
	let mail: MailServer;
	let alert: SavedWorkflow;
	let watch: SavedWorkflow;

	beforeAll(async () => (mail = await startMailServer()));
	afterAll(() => mail.close());

	beforeEach(() => {
		server.sandbox.steer.reset();
		mail.mails.length = 0;
	});
	afterEach(() => server.client.unpublish(watch));

	/** Publishes the alert, and a workflow it monitors that fails on every job. */
	async function publish(template: WorkflowTemplate, isAlertPublished = true) {
		const { client, credential } = server;
		const smtp = await client.createCredential('Mail', mail.credential, 'smtp');
		alert = await client.createWorkflow(template, credential, { smtp });
		if (isAlertPublished) await client.publish(alert);
		const boom = node('Boom', 'n8n-nodes-base.stopAndError', { errorMessage: 'The disk is full' });
		const watched = chain('Watched', [trigger('Job Ended'), boom]);
		const settings = { ...watched.settings, errorWorkflow: alert.id };
		watch = await client.createWorkflow({ ...watched, settings }, credential);
		await client.publish(watch);
	}

	const failAlways = (fault: { kind: 'status'; status: number } | { kind: 'reset' }) => {
		server.sandbox.steer.reset({ only: ['faults'] });
		server.sandbox.steer.faults({ ...fault, path: '/batch/jobs**', times: null });
	};

	/** Waits until this many executions of a workflow have ended; returns them all, newest first. */
	async function executionsOf(workflow: SavedWorkflow, count: number): Promise<Execution[]> {
		const { client } = server;
		const complaint = `${workflow.name} did not run ${count} times`;
		return await until(POLLS_TIMEOUT_MS, complaint, async () => {
			const executions = await client.executions(workflow);
			const ended = executions.filter(({ status }) => !['new', 'running'].includes(status));
			return ended.length >= count && ended.length === executions.length && ended;
		});
	}

	test('a key that is refused and a service that is down are one mail; what stops half-way is another', async () => {
		const { client, sandbox } = server;
		const [job = ''] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
		await publish(await readExample('alert-once-an-hour'));

		failAlways({ kind: 'status', status: 401 });
		sandbox.steer.setJobStatus(job, { status: 'COMPLETED' });
		await executionsOf(alert, 2);
		failAlways({ kind: 'reset' });
		const down = await executionsOf(alert, (await client.executions(alert)).length + 2);
		expect(mail.mails.map(({ text }) => text)).toHaveLength(1);
		expect(mail.mails[0]?.subject).toBe('n8n: "Watched" failed in its trigger');
		expect(mail.mails[0]?.text).toContain('The API key was not accepted');
		expect(mail.mails[0]?.text).toContain('The trigger keeps polling.');

		// The job that ended in the meantime is found.
		sandbox.steer.reset({ only: ['faults'] });
		const executions = await executionsOf(alert, down.length + 1);
		const [stopped] = (await client.executions(watch)).filter(({ startedAt }) => startedAt);
		expect(await client.itemsOf(stopped!, 'Job Ended')).toMatchObject([{ json: { id: job } }]);
		expect(mail.mails).toHaveLength(2);
		expect(mail.mails[1]?.subject).toBe('n8n: "Watched" failed in Boom');
		expect(mail.mails[1]?.text).toContain('The disk is full');
		expect(mail.mails[1]?.text).toContain(`/workflow/${watch.id}/executions/${stopped!.id}`);
		expect(`${mail.mails[0]?.text}${mail.mails[1]?.text}`).not.toMatch(/undefined|null|\[object/);
		expect(executions.length).toBeGreaterThanOrEqual(5);
	}, 240_000);

	test('the next hour has a mail again: here, the next minute', async () => {
		const template = await readExample('alert-once-an-hour');
		const once = template.nodes.find(({ name }) => name === 'One Alert an Hour')!;
		const byHour = once.parameters.dedupeValue as string;
		once.parameters.dedupeValue = byHour.replace('HH', 'HH:mm');
		expect(once.parameters.dedupeValue).not.toBe(byHour);
		await publish(template);
		failAlways({ kind: 'status', status: 401 });
		await until(MINUTE_TIMEOUT_MS, 'No second mail, or nothing kept back', async () => {
			const { length } = await server.client.executions(alert);
			return mail.mails.length >= 2 && length > mail.mails.length;
		});
	}, 240_000);

	test('only n8n 2 insists on a published error workflow', async () => {
		await publish(await readExample('alert-once-an-hour'), false);
		failAlways({ kind: 'status', status: 401 });
		await executionsOf(watch, 2);
		const started = (await server.client.executions(alert)).length;
		expect(started > 0).toBe(installation.version.startsWith('1.'));
	}, 120_000);
});
