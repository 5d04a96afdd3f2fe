// Job: Get Report: what it reads from the service, what it returns, and how it copes with oddities.
import type { INodeParameters } from 'n8n-workflow';
import { credentialFor, runAlone, runNode, TOOL, useSandbox } from './harness';
import { Gateway } from './trigger-gateway';

const service = useSandbox();

const run = (
	id: string,
	parameters: INodeParameters = {},
	options: Partial<Parameters<typeof runNode>[1]> = {},
) =>
	runNode(
		{
			...{ resource: 'job', operation: 'getReport' },
			jobId: { __rl: true, mode: 'id', value: id },
			...parameters,
		},
		{ credential: service.credential, timezone: 'Europe/Berlin', ...options },
	);

const reportOf = async (...given: Parameters<typeof run>) => {
	const { items, error } = await run(...given);
	if (error) throw error;
	expect(items).toHaveLength(1);
	return items[0]!.json as Record<string, unknown> & { text: string; html: string; line: string };
};

const seed = (request: Parameters<typeof service.steer.seed>[0] = {}) =>
	service.steer.seed(request).ids[0]!;
const asked = (below: RegExp) =>
	service.steer.requests().filter(({ url }) => below.test(url.replace(/.*v0\.5/, '')));

describe('what it gives', () => {
	test('the job, its counts, failed inputs, error events, outputs and durations, in all forms', async () => {
		const id = seed({ name: 'pump', inputs: 4, failedInputs: 1, outputs: 3, outputBytes: 1_000 });
		const job = await service.get(`/batch/jobs/${id}`);
		const { inputs } = await service.get<{
			inputs: Array<{ id: string; file_id: string; error_message: string | null }>;
		}>(`/batch/jobs/${id}/inputs?status=failed`);
		const { events } = await service.get<{ events: Array<{ message: string }> }>(
			`/batch/jobs/${id}/events?level=FAILED&limit=100`,
		);
		const [failed] = inputs;
		const report = await reportOf(id);
		expect(report).toMatchObject({
			...{ id, name: job.name, status: 'COMPLETED', outcome: 'partly_failed' },
			subject: `Archetype AI: Job "${job.name as string}" partly failed`,
			line: '▓▓▓▓▓▓▓▓ 100 % · 4 of 4 inputs · 1 failed',
			progress: { total: 4, done: 4, completed: 3, failed: 1, percent: 100 },
			failed_inputs: [
				{ id: failed!.id, filename: failed!.file_id, error_message: failed!.error_message },
			],
			...{ failed_inputs_total: 1, error_events_total: events.length },
			...{ outputs_total: 3, outputs_added_up: 3 },
		});
		const { outputs } = await service.get<{ outputs: Array<{ data: { num_bytes: number } }> }>(
			`/batch/jobs/${id}/outputs`,
		);
		expect(report.outputs_bytes).toBe(outputs.reduce((sum, { data }) => sum + data.num_bytes, 0));
		const ran =
			(Date.parse(job.completed_at as string) - Date.parse(job.started_at as string)) / 1000;
		expect(report.ran_seconds).toBe(Math.round(ran));
		for (const form of [report.text, report.html, JSON.stringify(report.slack)]) {
			for (const said of [failed!.error_message!, failed!.file_id, '3 completed, 1 failed', id]) {
				expect(form).toContain(said);
			}
		}
	});

	test('only the forms that were chosen, as values or by their names', async () => {
		const id = seed();
		const formsOf = async (forms: unknown) => {
			const { html, slack, text } = await reportOf(id, { forms } as INodeParameters);
			return [html, slack, text].map((form) => form !== undefined);
		};
		expect(await formsOf(['html', 'text', 'slack'])).toEqual([true, true, true]);
		expect(await formsOf([])).toEqual([false, false, false]);
		expect(await formsOf('={{ "Slack message, plain text" }}')).toEqual([false, true, true]);
	});

	test('an agent gets the plain text, unless it is given another form', async () => {
		const parameters = {
			...{ resource: 'job', operation: 'getReport' },
			jobId: { __rl: true, mode: 'id', value: seed() },
		};
		const tool = { name: 'Tool', type: TOOL, parameters };
		const { items, error } = await runAlone(tool, { credential: service.credential });
		expect(error).toBeUndefined();
		const { html, slack, text } = items[0]!.json;
		expect([html, slack, typeof text]).toEqual([undefined, undefined, 'string']);
	});

	test('times are those of the zone of the workflow', async () => {
		const id = seed();
		const { started_at } = await service.get<{ started_at: string }>(`/batch/jobs/${id}`);
		const shownIn = (timeZone: string) =>
			new Date(started_at).toLocaleString('sv-SE', { timeZone }).slice(0, 16);
		expect((await reportOf(id)).text).toContain(`(${shownIn('Europe/Berlin')} GMT+`);
		const { text } = await reportOf(id, {}, { timezone: 'Asia/Kolkata' });
		expect(text).toContain(`(${shownIn('Asia/Kolkata')} GMT+5:30 to `);
	});

	test('of a job that runs, and of one that waits', async () => {
		const running = await reportOf(seed({ status: 'RUNNING', inputs: 4 }));
		expect(running.text).toMatch(/ is running\n/);
		expect(running.text).toMatch(/Ran for: \d+ (?:s|min) so far \(since /);
		const waiting = await reportOf(seed({ status: 'PENDING', inputs: 4 }));
		expect(waiting).toMatchObject({ ran_seconds: null, waited_seconds: null, outcome: null });
		expect(waiting.line).toBe('░░░░░░░░ 0 % · 0 of 4 inputs');
		expect(waiting.text).toContain('Ran for: it has not started');
	});

	test('why a job failed, without the signature of a link in it', async () => {
		const id = seed({ status: 'RUNNING' });
		const message = 'No <b>access</b> to https://bucket.example/a.csv?X-Amz-Signature=abcdef0123';
		service.steer.setJobStatus(id, { status: 'FAILED', error: { message } });
		const report = await reportOf(id);
		expect(report.text).toContain('Reason: No <b>access</b> to https://bucket.example/a.csv');
		expect(report.html).toContain('No &lt;b&gt;access&lt;/b&gt; to');
		expect(JSON.stringify(report)).not.toContain('abcdef0123');
	});

	test('the chart is an SVG file with the progress of the traces', async () => {
		const id = seed({ inputs: 4, failedInputs: 1 });
		const { items, error, binary } = await run(id, {
			...{ forms: ['chart'], options: { binaryProperty: 'progress' } },
		});
		expect(error).toBeUndefined();
		const [item] = items;
		expect(item!.binary).toMatchObject({
			progress: { fileName: `${id}-progress.svg`, mimeType: 'image/svg+xml', fileExtension: 'svg' },
		});
		const svg = (await binary(item!, 'progress')).toString();
		expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
		expect(svg).toContain('3 of 4 inputs completed, 1 failed.');
		expect(svg.match(/<polyline points="([^"]*)"/)![1]!.split(' ')).toHaveLength(100);
	});

	test('without the chart, traces are not asked for', async () => {
		await reportOf(seed());
		expect(asked(/traces/)).toEqual([]);
	});
});

describe('how much it reads is bounded and said', () => {
	test('outputs beyond Outputs to Add Up are counted, and the rest is said', async () => {
		const id = seed({ outputs: 350, outputBytes: 1_000 });
		const { items, hints } = await run(id, { options: { outputsToAddUp: 200 } });
		expect(items[0]!.json).toMatchObject({
			...{ outputs_total: 350, outputs_added_up: 200 },
			text: expect.stringMatching(/Outputs: 350 files, \d+ kB in 200 of them/) as string,
		});
		expect(hints).toEqual([
			'The job has 350 outputs, and the sizes of 200 were added up. Raise Outputs to Add Up for more.',
		]);
		expect(asked(/outputs/).length).toBeLessThan(8);
	});

	test('0 only counts them, with one request', async () => {
		const id = seed({ outputs: 350 });
		const { items, hints } = await run(id, { options: { outputsToAddUp: 0 } });
		expect(items[0]!.json).toMatchObject({ outputs_total: 350, outputs_added_up: 0 });
		expect(items[0]!.json.text).toContain('Outputs: 350 files\n');
		expect(hints).toEqual([]);
		expect(asked(/outputs/)).toHaveLength(1);
	});

	test('failed inputs beyond those that are listed are counted', async () => {
		const id = seed({ inputs: 150, failedInputs: 130 });
		const report = await reportOf(id);
		expect(report.failed_inputs).toHaveLength(20);
		expect(report.failed_inputs_total).toBe(130);
		expect(report.text).toContain('- and 110 more');
		expect((await reportOf(id, { options: { failedInputs: 100 } })).failed_inputs).toHaveLength(
			100,
		);
		const none = await reportOf(id, { options: { failedInputs: 0, errorEvents: 0 } });
		expect([none.failed_inputs, none.error_events]).toEqual([[], []]);
		expect(none.text).toContain('and 130 more');
	});

	test.each(['newest', 'oldest'] as const)(
		'the last events of a list of thousands are found, whether it is %s first',
		async (order) => {
			const gateway = new Gateway(service.url, service.apiKey);
			await gateway.listen();
			const events = Array.from({ length: 5_000 }, (_, at) => ({
				...{ id: at, level: 'FAILED', event_type: 'inference.failed', message: `failure ${at}` },
				created_at: new Date(Date.UTC(2026, 0, 1) + at * 60_000).toISOString(),
			}));
			if (order === 'newest') events.reverse();
			gateway.handle = async (url, pass) => {
				if (!url.pathname.endsWith('/events')) return await pass();
				const [offset, limit] = ['offset', 'limit'].map((name) =>
					Number(url.searchParams.get(name)),
				);
				const all = url.searchParams.get('level') === 'FAILED' ? events : [];
				const page = all.slice(offset, offset! + limit!);
				return { status: 200, headers: {}, body: { total: all.length, events: page } };
			};
			const credential = credentialFor({ ...service, url: gateway.url });
			const report = await reportOf(seed(), {}, { credential });
			await gateway.close();
			const found = report.error_events as Array<{ message: string }>;
			expect(found.map(({ message }) => message)).toEqual(
				[4_999, 4_998, 4_997, 4_996, 4_995].map((at) => `failure ${at}`),
			);
			expect(report.error_events_total).toBe(5_000);
			expect(report.text).toContain('the newest of 200 that were looked at, out of 5,000');
			expect(gateway.asked.filter((url) => url.includes('/events'))).toHaveLength(3);
		},
	);
});

describe('odd services', () => {
	test('without input_progress the counts come from their endpoint, or are not known', async () => {
		const id = seed({ inputs: 4, failedInputs: 1 });
		const job = await service.get(`/batch/jobs/${id}`);
		const path = `/batch/jobs/${id}`;
		const old = { kind: 'body', body: { ...job, input_progress: null }, path } as const;
		service.steer.faults(old);
		expect((await reportOf(id)).line).toBe('▓▓▓▓▓▓▓▓ 100 % · 4 of 4 inputs · 1 failed');

		service.steer.faults([
			old,
			{ kind: 'status', status: 404, path: `${path}/inputs/progress/counts` },
		]);
		const report = await reportOf(id, { options: { failedInputs: 1 } });
		expect(report).toMatchObject({ line: 'inputs not counted', progress: null });
		expect(report).toMatchObject({ failed_inputs_total: 1, outcome: null });
		expect(report.text).toContain('Inputs: 1 failed');
	});

	test('a service that knows no filters: only failed inputs and errors are listed', async () => {
		const id = seed({ inputs: 4, failedInputs: 1 });
		const inputs = await service.get(`/batch/jobs/${id}/inputs?limit=100`);
		const events = await service.get(`/batch/jobs/${id}/events?limit=100`);
		service.steer.faults([
			{ kind: 'body', body: inputs, path: '**/inputs', times: null },
			{ kind: 'body', body: events, path: '**/events', times: null },
		]);
		const report = await reportOf(id);
		expect(report.failed_inputs).toHaveLength(1);
		const levels = (report.error_events as Array<{ level: string }>).map(({ level }) => level);
		expect(levels.filter((level) => level !== 'ERROR' && level !== 'FAILED')).toEqual([]);
	});

	test('pages that are clamped, and outputs without a size', async () => {
		const id = seed({ inputs: 5, failedInputs: 3, outputs: 5, outputBytes: 1_000 });
		const whole = await reportOf(id);
		service.steer.options({ maxLimit: 2 });
		const clamped = await reportOf(id);
		expect(clamped).toMatchObject({
			...{ outputs_bytes: whole.outputs_bytes, failed_inputs: whole.failed_inputs },
			failed_inputs_total: 3,
		});
		expect(clamped.failed_inputs).toHaveLength(3);

		service.steer.options({ maxLimit: 100 });
		const { outputs, ...page } = await service.get<{
			outputs: Array<{ data: { num_bytes: number | null } }>;
		}>(`/batch/jobs/${id}/outputs?limit=100`);
		outputs[0]!.data.num_bytes = null;
		service.steer.faults({ kind: 'body', body: { ...page, outputs }, path: '**/outputs' });
		const { items, hints } = await run(id);
		expect(items[0]!.json).toMatchObject({ outputs_total: 5, outputs_added_up: 4 });
		expect(items[0]!.json.text).toMatch(/Outputs: 5 files, [\d.]+ kB in 4 of them/);
		expect(hints).toEqual([]);
	});

	test('a part that cannot be had is an error, not a report without it', async () => {
		const id = seed({ inputs: 4, failedInputs: 1 });
		service.steer.faults({ kind: 'status', status: 403, path: '**/outputs', times: null });
		const { error, items } = await run(id);
		expect(error?.message).toContain(`may not access this: Job ${id}`);
		expect(items).toEqual([]);
	});
});

describe('what cannot be meant is an error that names the field, and asks the service for nothing', () => {
	test.each<[string, string, object]>([
		['Write As', '"pdf"', { forms: '={{ "pdf" }}' }],
		['Error Events to List', '101', { options: { errorEvents: '={{ 101 }}' } }],
		['Failed Inputs to List', '-1', { options: { failedInputs: '={{ -1 }}' } }],
		['Outputs to Add Up', '"all"', { options: { outputsToAddUp: '={{ "all" }}' } }],
		['Put Chart in Field', '{"a":1}', { options: { binaryProperty: '={{ ({ a: 1 }) }}' } }],
	])('%s %s', async (field, value, parameters) => {
		const { error } = await run(seed(), parameters as INodeParameters);
		expect(error?.message).toBe(`"${field}" cannot be ${value}`);
		expect(service.steer.requests()).toEqual([]);
	});
});
