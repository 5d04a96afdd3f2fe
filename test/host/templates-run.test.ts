// Every template started by a job's end, with two jobs that end between two polls, against real
// counterparts: a mail server, a Slack webhook receiver, an object store and a PostgreSQL.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ParsedMail } from 'mailparser';

import type { CredentialReference, WorkflowTemplate } from '../../tools/n8n/client';
import { readExample, readOutputsExample, withFields } from '../../examples/workflows';
import { findPostgres, startDatabase, type Database } from './counterparts/postgres';
import { startObjectStore, type ObjectStore } from './counterparts/s3';
import { startMailServer, type MailServer } from './counterparts/smtp';
import { startWebhookServer, type SlackPost, type WebhookServer } from './counterparts/webhook';
import { describeEachHost } from './hosts';
import { pollOnce } from './polled';
import { useServer } from './server';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Two polls, and twice 12,000 rows on a busy machine. */
const RUN_TIMEOUT_MS = 4 * MINUTE_MS;

interface Output {
	id: string;
	data: { ref: string; filename: string };
}

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed);
	const others: Record<string, CredentialReference> = {};

	beforeEach(() => server.sandbox.steer.reset());

	async function addCredential(
		type: string,
		data: Parameters<typeof server.client.createCredential>[1],
	) {
		others[type] = await server.client.createCredential(type, data, type);
	}

	/** A running job with its contents. */
	const running = (request: Parameters<typeof server.sandbox.steer.seed>[0]) =>
		server.sandbox.steer.seed({ status: 'RUNNING', ...request }).ids[0]!;

	/** Runs the template with jobs that end between two polls, so they arrive in one execution. */
	async function runWith(template: WorkflowTemplate, trigger: string, end: Record<string, object>) {
		const { client, sandbox } = server;
		const polled = await pollOnce(server, template, others, () => {
			for (const [id, request] of Object.entries(end)) {
				sandbox.steer.setJobStatus(id, { status: 'COMPLETED', ...request });
			}
		});
		expect(await client.errorOf(polled.execution)).toBeUndefined();
		const items = await client.itemsOf(polled.execution, trigger);
		expect(items.map(({ json }) => json.id).sort()).toEqual(Object.keys(end).sort());
		return polled;
	}

	async function outputsOf(jobId: string): Promise<Output[]> {
		const path = `/batch/jobs/${jobId}/outputs?limit=100`;
		return (await server.get<{ outputs: Output[] }>(path)).outputs;
	}

	/** A job's CSV outputs as one: the header once, then all rows in output order. */
	async function combined(jobId: string): Promise<string> {
		const outputs = await outputsOf(jobId);
		const part = ({ data }: Output) => Number(/_part_(\d+)/.exec(data.filename)?.[1]);
		const parts = outputs.sort((a, b) => part(a) - part(b));
		const texts = await Promise.all(parts.map(async ({ data }) => (await fetch(data.ref)).text()));
		const [first = '', ...rest] = texts;
		return first + rest.map((text) => text.slice(text.indexOf('\n') + 1)).join('');
	}

	describe('job ended, e-mail and Slack', () => {
		let mail: MailServer;
		let slack: WebhookServer;
		beforeAll(async () => {
			mail = await startMailServer();
			slack = await startWebhookServer();
			await addCredential('smtp', mail.credential);
		});
		afterAll(async () => {
			await mail.close();
			await slack.close();
		});

		test('each of two jobs has its mail and its message', async () => {
			const small = running({
				...{ name: 'pump <7>', inputs: 3, failedInputs: 1, outputs: 2, outputBytes: 5_000 },
				newestMs: 2 * HOUR_MS,
			});
			const large = running({ name: 'fan & co', outputs: 2, outputBytes: 6_000_000 });
			const broken = running({ name: 'mill', outputs: 0 });
			const idle = running({ name: 'idle', outputs: 0 });
			const template = withFields(await readExample('job-ended-email-slack'), 'Your Settings', {
				...{ email_from: 'n8n@example.com', email_to: 'anna@example.com, ben@example.com' },
				slack_webhook: slack.url,
			});
			await runWith(template, 'Job Ended', {
				[small]: {},
				[large]: {},
				[broken]: { status: 'FAILED', error: { message: 'The worker ran\nout of memory' } },
				[idle]: { status: 'CANCELLED' },
			});

			expect(mail.mails).toHaveLength(4);
			expect(slack.posts).toHaveLength(4);
			const about = (id: string) => ({
				mail: mail.mails.find(({ text }) => text?.includes(id)) as ParsedMail,
				post: slack.posts.find(({ blocks }) => JSON.stringify(blocks).includes(id))!,
			});
			for (const { from, to, text, html } of mail.mails) {
				expect([from?.text, [to].flat()[0]?.text]).toEqual([
					'n8n@example.com',
					'anna@example.com, ben@example.com',
				]);
				expect(`${text}${String(html)}`).not.toMatch(/undefined|null|NaN|\[object/);
			}

			const partly = about(small);
			const { inputs } = await server.get<{
				inputs: Array<{ status: string; error_message: string; data: { filename: string } }>;
			}>(`/batch/jobs/${small}/inputs?limit=100`);
			const [failed] = inputs.filter(({ status }) => status === 'failed');
			expect(failed?.error_message).toBeTruthy();
			expect(partly.mail.subject).toBe('Archetype AI: Job "pump <7>-1" partly failed');
			expect(partly.mail.text).toContain('Inputs: 2 completed, 1 failed');
			expect(partly.mail.text).toMatch(/Ran for: 1 h 59 min \(\d{4}-\d\d-\d\d \d\d:\d\d \S+ to /);
			const reason = `${failed?.data.filename}: ${failed?.error_message}`;
			for (const text of [partly.mail.text, partly.mail.html, wordsOf(partly.post)]) {
				expect(text).toContain(reason);
			}
			expect(partly.mail.html).toContain('pump &lt;7&gt;');
			expect(partly.post.text).toContain('pump &lt;7&gt;');
			expect(wordsOf(partly.post)).toContain('Job "pump <7>-1" partly failed');
			const [attachment] = partly.mail.attachments;
			expect(partly.mail.attachments).toHaveLength(1);
			expect(sorted(attachment?.content.toString())).toEqual(sorted(await combined(small)));
			expect(partly.mail.text).toContain(`Results: attached as ${attachment?.filename}`);

			const tooLarge = about(large);
			expect(tooLarge.mail.attachments).toEqual([]);
			expect(tooLarge.mail.text).toMatch(
				/Results: not attached: The 2 files have 12 MB together, more than .*10 MB.*still at Archetype AI/,
			);
			expect(tooLarge.post.text).toContain('fan &amp; co');
			expect(tooLarge.mail.html).toContain('Results: not attached: The 2 files');

			const failure = about(broken);
			expect(failure.mail.subject).toMatch(/^Archetype AI: Job "mill\S*" failed$/);
			expect(failure.mail.text).toContain('Reason: The worker ran out of memory');
			expect(failure.mail.attachments).toEqual([]);

			const stopped = about(idle);
			expect(stopped.mail.subject).toMatch(/^Archetype AI: Job "idle\S*" was cancelled$/);
			expect(stopped.mail.text).toContain('Results: none, the job has no output files');
		});
	});

	describe('job completed, results to S3', () => {
		let store: ObjectStore;
		beforeAll(async () => {
			store = await startObjectStore('archetype-ai-results');
			await addCredential('s3', store.credential);
		});
		afterAll(() => store.close());

		test('the results of two jobs are two objects, whole, below the IDs of the jobs', async () => {
			const jobs = [7_000, 9_000].map((outputBytes) => running({ outputs: 3, outputBytes }));
			const [pump = '', fan = ''] = jobs;
			const template = await readExample('job-completed-s3');
			await runWith(template, 'Job Completed', { [pump]: {}, [fan]: {} });
			const keys = await store.keys();
			expect(keys.map((key) => key.split('/')[0])).toEqual(jobs.sort());
			for (const key of keys) {
				expect(key).toMatch(/^[\w-]+\/[\w.-]+\.csv$/);
				const expected = await combined(key.split('/')[0]!);
				expect((await store.read(key)).equals(Buffer.from(expected))).toBe(true);
			}
		});
	});

	describe('job completed, outputs to disk', () => {
		test('the files of two jobs are all there, under names of their own', async () => {
			const jobs = [3_000, 4_000].map((outputBytes) => running({ outputs: 2, outputBytes }));
			const [pump = '', fan = ''] = jobs;
			await runWith(await readOutputsExample(server.files), 'Job Completed', {
				[pump]: {},
				[fan]: {},
			});
			const written = await readdir(server.files);
			expect(written).toHaveLength(4);
			for (const output of (await Promise.all(jobs.map(outputsOf))).flat()) {
				// The two jobs have files of the same name, one of which got a number.
				const [name = '', ...others] = written.filter((each) => each.startsWith(`${output.id}_`));
				expect(others).toEqual([]);
				const sent = Buffer.from(await (await fetch(output.data.ref)).arrayBuffer());
				expect((await readFile(join(server.files, name))).equals(sent)).toBe(true);
			}
		});
	});

	const postgres = findPostgres();
	const describeWithPostgres = postgres ? describe : describe.skip;
	describeWithPostgres('job completed, rows to Postgres, which has to be installed', () => {
		let database: Database;
		beforeAll(async () => {
			database = await startDatabase(String(postgres));
			await addCredential('postgres', database.credential);
			await database.query(`CREATE TABLE archetype_ai_rows
				(job_id text, "DATE_TIME" timestamp, "Reading" integer, "Prediction" text)`);
		});
		afterAll(() => database?.close());

		test(
			'12,000 rows of a job, none of the next and five of a third, each once',
			async () => {
				const { client, sandbox } = server;
				const [big = '', empty = '', small = ''] = [0, 0, 0].map((outputs) => running({ outputs }));
				const part = (index: number) => ({
					filename: `readings_part_${index}.csv`,
					content: readings(index * 4_000, 4_000),
				});
				await sandbox.steer.addOutputs(big, [0, 1, 2].map(part));
				await sandbox.steer.addOutputs(small, [{ filename: 'few.csv', content: readings(0, 5) }]);
				const template = await readExample('job-completed-postgres');
				const end = { [big]: {}, [empty]: {}, [small]: {} };
				const { execution } = await runWith(template, 'Job Completed', end);
				const rows = () =>
					database.query(`SELECT job_id, count(*), count(DISTINCT "Reading"), sum("Reading"),
					min("DATE_TIME"), max("DATE_TIME"),
					count(*) FILTER (WHERE "Prediction" = 'a, "b" ' || "Reading" % 3)
					FROM archetype_ai_rows GROUP BY job_id ORDER BY count(*) DESC`);
				const expected = [
					`${big}|12000|12000|71994000|2026-01-01 00:00:00|2026-01-09 07:59:00|12000`,
					`${small}|5|5|10|2026-01-01 00:00:00|2026-01-01 00:04:00|5`,
				];
				expect(await rows()).toEqual(expected);

				// The same job again, as after a crash: its rows are replaced, not duplicated.
				const items = await client.itemsOf(execution, 'Job Completed');
				const pinData = { 'Job Completed': items.filter(({ json }) => json.id === small) };
				const { credential } = server;
				const repeated = await client.createWorkflow({ ...template, pinData }, credential, others);
				const again = await client.run(repeated, 'Job Completed');
				expect(await client.errorOf(again)).toBeUndefined();
				expect(await client.itemsOf(again, 'Add the Job ID')).toHaveLength(5);
				expect(await rows()).toEqual(expected);
			},
			RUN_TIMEOUT_MS,
		);
	});
});

/** All text in a message's blocks. */
const wordsOf = ({ blocks = [] }: SlackPost): string =>
	blocks
		.flatMap((block) => [
			...('text' in block && block.text ? [block.text.text] : []),
			...('fields' in block ? (block.fields ?? []).map(({ text }) => text) : []),
		])
		.join('\n');

/** A CSV with one reading per minute, starting in 2026. */
function readings(from: number, count: number): string {
	const rows = Array.from({ length: count }, (_, index) => {
		const reading = from + index;
		const time = new Date(Date.UTC(2026, 0, 1) + reading * MINUTE_MS).toISOString();
		return `${time},${reading},"a, ""b"" ${reading % 3}"\n`;
	});
	return `DATE_TIME,Reading,Prediction\n${rows.join('')}`;
}

/** The lines of a text, sorted: the order of its parts does not matter here. */
const sorted = (text = ''): string[] => text.split('\n').sort();
