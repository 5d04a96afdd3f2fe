// Job: Create against the sandbox: what is sent, what is rejected before anything is sent, and what
// becomes of jobs whose reply is lost.
import type { INodeParameters } from 'n8n-workflow';
import { loadOptions, runNode, searchList, useSandbox } from './harness';

const service = useSandbox();

const KEY = 'machine-state-classification';
const locator = (value: string, mode = 'id') => ({ __rl: true, mode, value });
const entry = (port: string, file: string, label = '') => ({ port, file: locator(file), label });

const entries = [
	entry('worker.inference', 'pump.csv'),
	entry('worker.n_shots', 'on.csv', 'on'),
	entry('worker.n_shots', 'off.csv', 'off'),
];
const form = (value: object) => ({ mappingMode: 'defineBelow', value });
const good = {
	...{ resource: 'job', operation: 'create', pipeline: locator(KEY, 'key'), name: 'nightly' },
	inputs: { entries },
	settings: form({ 'reader_config.data_columns': '["level"]' }),
};

async function upload(...names: string[]) {
	for (const name of names) {
		const body = new FormData();
		body.set('file', new Blob(['time,level\n1,2\n'], { type: 'text/csv' }), name);
		const headers = { authorization: `Bearer ${service.apiKey}` };
		const reply = await fetch(`${service.url}/files`, { method: 'POST', headers, body });
		if (!reply.ok) throw new Error(await reply.text());
	}
}

beforeEach(() => upload('pump.csv', 'on.csv', 'off.csv', 'fan.csv'));

type RunOptions = Omit<Parameters<typeof runNode>[1], 'credential'>;
const run = (change: object = {}, options: RunOptions = {}) =>
	runNode({ ...good, ...change } as INodeParameters, {
		...options,
		credential: service.credential,
	});

const posts = () =>
	service.steer
		.requests()
		.filter(({ method, url }) => method === 'POST' && url.endsWith('/batch/jobs'));
const jobsThere = async () => (await service.get<{ total: number }>('/batch/jobs')).total;
const inputsOf = async (id: unknown) => {
	const path = `/batch/jobs/${String(id)}/inputs?limit=100`;
	const { inputs } = await service.get<{
		inputs: Array<{ port_name: string; file_id: string; data: { metadata: { class?: string } } }>;
	}>(path);
	return inputs
		.map(({ port_name, file_id, data }) => [port_name, file_id, data.metadata.class])
		.sort();
};

describe('what is sent', () => {
	test('files with port and label, the form as the config, the version left open', async () => {
		const { items, error } = await run({
			settings: form({
				...{ 'reader_config.data_columns': '["level"]', 'reader_config.window_size': '32' },
				...{ 'classifier_config.metric': 'cosine', 'classifier_config.n_neighbors': '' },
			}),
		});
		expect(error).toBeUndefined();
		const { id, created } = items[0]!.json as { id: string; created: boolean };
		expect(created).toBe(true);
		expect(items[0]!.pairedItem).toEqual({ item: 0 });
		expect(await service.get(`/batch/jobs/${id}`)).toMatchObject({
			...{ name: 'nightly', pipeline_key: KEY, pipeline_version: '1.1.1' },
			parameters: {
				worker: {
					config: {
						reader_config: { data_columns: ['level'], window_size: 32 },
						classifier_config: { metric: 'cosine' },
					},
				},
			},
		});
		expect(await inputsOf(id)).toEqual([
			['worker.inference', 'pump.csv', undefined],
			['worker.n_shots', 'off.csv', 'off'],
			['worker.n_shots', 'on.csv', 'on'],
		]);
	});

	test('a version that is chosen, and JSON over the form', async () => {
		const { items } = await run({
			pipeline: locator(`${KEY}@1.1.0`, 'list'),
			parametersJson: '{"worker": {"parallelism": 2, "config": {"batch_size": 8}}}',
		});
		expect(await service.get(`/batch/jobs/${items[0]!.json.id as string}`)).toMatchObject({
			pipeline_version: '1.1.0',
			parameters: {
				worker: {
					parallelism: 2,
					config: { batch_size: 8, reader_config: { data_columns: ['level'] } },
				},
			},
		});
	});

	test.each([
		['a list', entries.map(({ port, file, label }) => ({ port, file: file.value, label }))],
		[
			'port by port, as the API takes them',
			{
				'worker.inference': [{ file_id: 'pump.csv' }],
				'worker.n_shots': ['on', 'off'].map((label) => ({
					file_id: `${label}.csv`,
					metadata: { class: label },
				})),
			},
		],
	])('inputs as JSON: %s', async (_, json) => {
		const { items, error } = await run({
			...{ inputs: {}, specifyInputs: 'json', inputsJson: JSON.stringify(json) },
		});
		expect(error).toBeUndefined();
		expect(await inputsOf(items[0]!.json.id)).toHaveLength(3);
	});

	test('a job for each item', async () => {
		const items = ['pump.csv', 'fan.csv'].map((file) => ({ json: { file } }));
		const inputs = {
			entries: [entry('worker.inference', '={{ $json.file }}'), ...entries.slice(1)],
		};
		const made = await run({ inputs, name: '={{ $json.file }}' }, { items });
		expect(made.error).toBeUndefined();
		expect(made.items.map(({ json }) => json.name)).toEqual(['pump.csv', 'fan.csv']);
		// The registry is queried once.
		expect(service.steer.requests().filter(({ url }) => url.includes('registry'))).toHaveLength(1);
	});

	test('one job for all items, paired with each of them', async () => {
		const items = ['pump.csv', 'fan.csv'].map((file) => ({ json: { file } }));
		const inputs = {
			entries: [entry('worker.inference', '={{ $json.file }}'), ...entries.slice(1)],
		};
		const made = await run({ inputs, jobFor: 'allItems' }, { items });
		expect(made.error).toBeUndefined();
		expect(made.items).toHaveLength(1);
		expect(made.items[0]!.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
		expect(await inputsOf(made.items[0]!.json.id)).toEqual([
			['worker.inference', 'fan.csv', undefined],
			['worker.inference', 'pump.csv', undefined],
			['worker.n_shots', 'off.csv', 'off'],
			['worker.n_shots', 'on.csv', 'on'],
		]);
	});

	test('waits for the end in the same step', async () => {
		service.steer.options({ jobMs: 300 });
		const { items } = await run({ options: { waitForEnd: true, onFailure: 'continue' } });
		expect(items[0]!.json).toMatchObject({ created: true });
		expect(['COMPLETED', 'FAILED']).toContain(items[0]!.json.status);
	});

	test('of several items, all jobs are started before one is waited for', async () => {
		service.steer.options({ jobMs: 300 });
		const items = ['pump', 'fan', 'mill'].map((name) => ({ json: { name } }));
		const made = await run(
			{ name: '={{ $json.name }}', options: { waitForEnd: true, onFailure: 'continue' } },
			{ items },
		);
		expect(made.error).toBeUndefined();
		expect(made.items.map(({ json }) => json.name)).toEqual(['pump', 'fan', 'mill']);
		const links = made.items.map(({ pairedItem }) => pairedItem);
		expect(links).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		const looks = service.steer
			.requests()
			.map(({ method, url }) => `${method} ${url.replace(/job_.*/, '{id}')}`)
			.filter((asked) => /^POST .*jobs$|\{id\}/.test(asked));
		expect(looks.slice(0, 3).every((asked) => asked.startsWith('POST'))).toBe(true);
		expect(looks.slice(3).every((asked) => asked.startsWith('GET'))).toBe(true);
	});

	test('with On Error: Continue, a job that was started and failed leaves its ID', async () => {
		service.steer.options({ jobMs: 300 });
		const items = ['pump', 'fan'].map((name) => ({ json: { name } }));
		const made = await run(
			{ name: '={{ $json.name }}', options: { waitForEnd: true } },
			{ items, settings: { onError: 'continueRegularOutput' } },
		);
		const ids = made.items.map(({ json }) => json.job_id as string);
		const jobs = await Promise.all(ids.map((id) => service.get(`/batch/jobs/${id}`)));
		expect(jobs.map(({ name }) => name)).toEqual(['pump', 'fan']);
		for (const { json } of made.items) expect(json.error).toMatch(/^Job job_\w+ failed: /);
	});

	test('5,000 files and more are sent with a warning', async () => {
		const names = Array.from({ length: 5_000 }, (_, i) => `f${i}.csv`);
		service.steer.faults({
			...{ kind: 'status', status: 413, method: 'POST', path: '/batch/jobs' },
		});
		const json = names.map((file) => ({ port: 'worker.inference', file }));
		const made = await run(
			{
				...{ inputs: {}, specifyInputs: 'json' },
				inputsJson: JSON.stringify([
					...json,
					{ port: 'worker.n_shots', file: 'on.csv', label: 'on' },
				]),
			},
			{ settings: { onError: 'continueRegularOutput' } },
		);
		expect(made.hints.join()).toMatch(/5001 inputs.*37,000/);
		expect(made.items[0]!.json.error).toMatch(/too large/);
	});
});

/** What is wrong -> the field that the error names, and its message. */
const wrong: Array<[what: string, change: object, named: RegExp]> = [
	['Pipeline: empty', { pipeline: locator('={{ "" }}', 'key') }, /^"Pipeline" is empty/],
	[
		'Pipeline: unknown key',
		{ pipeline: locator('machine', 'key') },
		/^"Pipeline": there is no pipeline "machine"/,
	],
	[
		'Pipeline: unknown version',
		{ pipeline: locator(`${KEY}@2`, 'key') },
		/^"Pipeline": .* no version "2"/,
	],
	['Pipeline: an object', { pipeline: '={{ ({a: 1}) }}' }, /^"Pipeline" cannot be/],
	[
		'Pipeline: nothing',
		{ pipeline: locator('={{ $json.nope }}', 'key') },
		/^"Pipeline" (has no value|is empty)/,
	],
	['Job Name: empty', { name: '={{ " " }}' }, /^"Job Name" is empty/],
	['Job Name: nothing', { name: '={{ $json.nope }}' }, /^"Job Name" has no value/],
	['Job Name: a list', { name: '={{ [1] }}' }, /^"Job Name" cannot be \[1\]/],
	['One Job For: another word', { jobFor: 'everyItem' }, /^"One Job For" cannot be "everyItem"/],
	[
		'Specify Inputs: another word',
		{ specifyInputs: '={{ "text" }}' },
		/^"Specify Inputs" cannot be "text"/,
	],
	['Inputs: none', { inputs: {} }, /"Inputs" has no file for the port worker\.inference/],
	[
		'Inputs: a port has no file',
		{ inputs: { entries: entries.slice(0, 1) } },
		/^"Inputs" has no file for the port worker\.n_shots/,
	],
	['Inputs: no list', { inputs: '={{ ({entries: 1}) }}' }, /^"Inputs" (cannot be|has no file)/],
	[
		'Port: empty',
		{ inputs: { entries: [...entries, entry('={{ "" }}', 'fan.csv')] } },
		/^"Inputs, entry 4" has no port/,
	],
	[
		'Port: unknown',
		{ inputs: { entries: [...entries, entry('inference', 'fan.csv')] } },
		/^"Inputs, entry 4" has the port "inference", but the pipeline has/,
	],
	[
		'Port: an object',
		{ inputs: { entries: [{ ...entries[0], port: '={{ ({}) }}' }] } },
		/^"Port Name or ID" cannot be/,
	],
	[
		'File: empty',
		{ inputs: { entries: [...entries, entry('worker.inference', '')] } },
		/^"Inputs, entry 4" has no file/,
	],
	[
		'File: nothing',
		{ inputs: { entries: [...entries, entry('worker.inference', '={{ $json.nope }}')] } },
		/^"(Inputs, entry 4|File)" has no (file|value)/,
	],
	[
		'File: a file_uid',
		{
			inputs: {
				entries: [...entries, entry('worker.inference', 'fil_18zrcb6m1c96ds77sgqbs7cf84')],
			},
		},
		/^"Inputs, entry 4" has the file .* file_uid/,
	],
	[
		'File: twice',
		{ inputs: { entries: [...entries, entries[0]] } },
		/^"Inputs, entry 4" names the same file as Inputs, entry 1/,
	],
	[
		'Label: missing',
		{ inputs: { entries: [...entries, entry('worker.n_shots', 'fan.csv')] } },
		/^"Inputs, entry 4" has no label, which the port worker\.n_shots needs/,
	],
	[
		'Label: not taken',
		{ inputs: { entries: [...entries, entry('worker.inference', 'fan.csv', 'on')] } },
		/^"Inputs, entry 4" has the label "on", but/,
	],
	[
		'Label: two for one file',
		{ inputs: { entries: [...entries, entry('worker.n_shots', 'on.csv', 'x')] } },
		/^"Inputs, entry 4" has another label/,
	],
	[
		'Inputs (JSON): no JSON',
		{ specifyInputs: 'json', inputsJson: '[' },
		/^"Inputs \(JSON\)" cannot be/,
	],
	[
		'Inputs (JSON): a number',
		{ specifyInputs: 'json', inputsJson: '={{ 5 }}' },
		/^"Inputs \(JSON\)" cannot be 5/,
	],
	[
		'Inputs (JSON): texts',
		{ specifyInputs: 'json', inputsJson: '["pump.csv"]' },
		/^"Inputs \(JSON\)" cannot be/,
	],
	['Parameters: missing', { settings: form({}) }, /^"reader_config\.data_columns" is required/],
	[
		'Parameters: wrong type',
		{ settings: form({ ...good.settings.value, batch_size: 'many' }) },
		/^"batch_size" must be a whole number, not "many"/,
	],
	[
		'Parameters: too small',
		{ settings: form({ ...good.settings.value, 'classifier_config.n_neighbors': 2 }) },
		/^"classifier_config\.n_neighbors" must be at least 3, not 2/,
	],
	[
		'Parameters: no choice',
		{ settings: form({ ...good.settings.value, 'classifier_config.metric': 'l2' }) },
		/^"classifier_config\.metric" must be one of/,
	],
	[
		'Parameters: no list',
		{ settings: form({ 'reader_config.data_columns': '{"a": 1}' }) },
		/^"reader_config\.data_columns" must be a list/,
	],
	[
		'Parameters: of another pipeline',
		{ settings: form({ ...good.settings.value, window: 3 }) },
		/^"window" is not a setting of this pipeline/,
	],
	[
		'Parameters (JSON): no JSON',
		{ parametersJson: '={{ "{" }}' },
		/^"Parameters \(JSON\)" cannot be "\{"/,
	],
	[
		'Parameters (JSON): a list',
		{ parametersJson: '[1]' },
		/^"Parameters \(JSON\)" cannot be \[1\]/,
	],
	[
		'Parameters (JSON): a component',
		{ parametersJson: '{"batch_size": 8}' },
		/^"Parameters \(JSON\)" has "batch_size", but the pipeline has: worker/,
	],
	[
		'Parameters (JSON): an unknown key',
		{ parametersJson: '{"worker": {"config": {"bach_size": 8}}}' },
		/^"bach_size" is not a setting of this pipeline/,
	],
	[
		'Parameters (JSON): a wrong value',
		{ parametersJson: '{"worker": {"config": {"model_type": "x"}}}' },
		/^"model_type" must be one of/,
	],
	[
		'Parameters (JSON): config is a text',
		{ parametersJson: '{"worker": {"config": "x"}}' },
		/^"worker\.config" must be an object/,
	],
	[
		'Parameters (JSON): parallelism',
		{ parametersJson: '{"worker": {"parallelism": 0}}' },
		/^"worker\.parallelism" must be a whole number/,
	],
	['Simplify: no switch', { simplify: '={{ "perhaps" }}' }, /^"Simplify" cannot be "perhaps"/],
	[
		'Duplicate Guard: a text',
		{ options: { duplicateGuard: '={{ "soon" }}' } },
		/^"Duplicate Guard \(Hours\)" cannot be "soon"/,
	],
	[
		'Duplicate Guard: too many',
		{ options: { duplicateGuard: 1000 } },
		/^"Duplicate Guard \(Hours\)" cannot be 1000/,
	],
	[
		'Wait for End: no switch',
		{ options: { waitForEnd: '={{ 7 }}' } },
		/^"Wait for End" cannot be 7/,
	],
	[
		'Max Wait: none',
		{ options: { waitForEnd: true, maxWait: 0 } },
		/^"Max Wait \(Minutes\)" cannot be 0/,
	],
	[
		'When the Wait Is Over: another word',
		{ options: { waitForEnd: true, onLimit: 'wait' } },
		/^"When the Wait Is Over" cannot be "wait"/,
	],
	[
		'When the Job Did Not Succeed: another word',
		{ options: { waitForEnd: true, onFailure: 'x' } },
		/^"When the Job Did Not Succeed" cannot be "x"/,
	],
	[
		'Send Unknown Parameters: no switch',
		{ options: { sendUnknown: '={{ "x" }}' } },
		/^"Send Unknown Parameters" cannot be "x"/,
	],
];

describe('wrong values: each named with its field, nothing sent', () => {
	test.each(wrong)('%s', async (_, change, named) => {
		const { error } = await run(change);
		const words = `${error?.message}\n${error?.description}`;
		expect(words.replace(/^\d+ fields are wrong, the first: /, '')).toMatch(named);
		expect(error?.description?.split('\n').every((line) => /[.:…]$/.test(line))).toBe(true);
		expect(posts()).toHaveLength(0);
		expect(await jobsThere()).toBe(0);
	});

	test('several at once are all named', async () => {
		const { error } = await run({
			name: '={{ "" }}',
			inputs: {},
			settings: form({ batch_size: 0 }),
		});
		expect(error?.message).toMatch(/^5 fields are wrong, the first: "Job Name"/);
		const fields = [...(error?.description ?? '').matchAll(/^"([^"]+)"/gm)].map(
			([, field]) => field,
		);
		expect(fields).toEqual([
			'Job Name',
			'Inputs',
			'Inputs',
			'reader_config.data_columns',
			'batch_size',
		]);
	});

	test('an unknown parameter is sent when the user wants', async () => {
		const parametersJson = '{"worker": {"config": {"new_one": 8}}}';
		const { error } = await run({ parametersJson, options: { sendUnknown: true } });
		expect(error).toBeUndefined();
	});

	test('what only the service knows is said in its words: a file that is not there', async () => {
		const { error } = await run({
			inputs: { entries: [entry('worker.inference', 'gone.csv'), ...entries.slice(1)] },
		});
		expect(error?.message).toMatch(/^Job "nightly" could not be created/);
		expect(error?.description).toContain('Failed to resolve file inputs: gone.csv');
	});
});

describe('Duplicate Guard', () => {
	const guarded = (change: object = {}) => run({ options: { duplicateGuard: 24 }, ...change });

	test.each(['newest', 'oldest', 'random'] as const)(
		'gives back the same job, whatever the order of the list (%s)',
		async (listOrder) => {
			service.steer.options({ listOrder });
			const first = await guarded();
			service.steer.seed({ count: 300, status: 'COMPLETED' });
			const second = await guarded();
			expect([first, second].map(({ items }) => items[0]!.json.created)).toEqual([true, false]);
			expect(second.items[0]!.json.id).toBe(first.items[0]!.json.id);
			expect(posts()).toHaveLength(1);
		},
	);

	test.each([
		['name', { name: 'other' }],
		[
			'inputs',
			{ inputs: { entries: [entry('worker.inference', 'fan.csv'), ...entries.slice(1)] } },
		],
		[
			'label',
			{ inputs: { entries: [entries[0], entry('worker.n_shots', 'on.csv', 'x'), entries[2]] } },
		],
		['version', { pipeline: locator(`${KEY}@1.1.0`, 'key') }],
		['parameters', { settings: form({ ...good.settings.value, batch_size: 8 }) }],
	])('another %s is another job', async (_, change) => {
		await guarded();
		expect((await guarded(change)).items[0]!.json.created).toBe(true);
	});

	test('an older job does not count, and without the guard none does', async () => {
		await guarded();
		expect((await run()).items[0]!.json.created).toBe(true);
		service.steer.reset({ only: ['jobs'] });
		await upload('pump.csv', 'on.csv', 'off.csv');
		await guarded();
		const date = new Date(Date.now() + 2 * 3_600_000).toUTCString();
		const path = '/batch/registry/pipelines';
		service.steer.faults({ kind: 'headers', headers: { date }, path, times: null });
		expect((await run({ options: { duplicateGuard: 1 } })).items[0]!.json.created).toBe(true);
	});

	test('a history without end costs a bounded number of pages, and says where it stopped', async () => {
		service.steer.seed({ count: 3_000, status: 'COMPLETED' });
		service.steer.options({ listOrder: 'random' });
		const { items, hints } = await guarded();
		expect(items[0]!.json.created).toBe(true);
		expect(hints.join()).toMatch(/checked 1000 jobs/);
		const pages = service.steer.requests().filter(({ url }) => url.includes('/batch/jobs?'));
		expect(pages.length).toBeLessThanOrEqual(10);
	});
});

describe('the answer of a POST is lost', () => {
	const lose = (kind: object) =>
		service.steer.faults({ method: 'POST', path: '/batch/jobs', ...kind } as never);

	test('the job that was made is found and taken, and nothing is sent twice', async () => {
		lose({ kind: 'reset', afterBytes: 0 });
		const { items, hints, error } = await run();
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({ name: 'nightly', created: true });
		expect(hints.join()).toContain('The answer of the service was lost');
		expect(await jobsThere()).toBe(1);
		expect(posts()).toHaveLength(1);
	});

	test('a job of the same kind that another item made is not taken for it', async () => {
		lose({ kind: 'status', status: 502, envelope: 'html', skip: 1 });
		const { error } = await run({}, { items: [{ json: {} }, { json: {} }] });
		expect(error?.message).toMatch(/may have been created, or not/);
		expect(await jobsThere()).toBe(1);
	}, 20_000);

	test('where none is found, the error says that it may be there, and what helps', async () => {
		lose({ kind: 'status', status: 504, envelope: 'html' });
		const { error } = await run();
		expect(error?.message).toBe(
			'Job "nightly" may have been created, or not: the answer of the service was lost, and no such job is found yet',
		);
		expect(error?.description).toContain('Duplicate Guard');
	}, 20_000);

	test('a clear refusal is its error at once', async () => {
		lose({ kind: 'status', status: 422 });
		const { error } = await run();
		expect(error?.message).toMatch(/^Job "nightly" could not be created/);
		expect(service.steer.requests().filter(({ url }) => url.includes('/batch/jobs?'))).toHaveLength(
			0,
		);
	});
});

describe('the lists of the form', () => {
	test('ports are those of the chosen pipeline', async () => {
		const { credential } = service;
		const create = { resource: 'job', operation: 'create' };
		const parameters = { ...create, pipeline: locator(KEY, 'key') };
		const ports = await loadOptions('getPipelinePorts', { credential, parameters });
		expect(ports.map(({ value }) => value)).toEqual([
			...['worker.inference', 'worker.n_shots', 'worker.fine_tune_checkpoint'],
		]);
		const empty = { ...create, pipeline: locator('', 'list') };
		expect(await loadOptions('getPipelinePorts', { credential, parameters: empty })).toEqual([]);
	});

	test('files are those that were uploaded, by name', async () => {
		const { credential } = service;
		const { results } = await searchList('searchFiles', { credential });
		expect(results.map(({ value }) => value)).toEqual(['fan.csv', 'off.csv', 'on.csv', 'pump.csv']);
		expect((await searchList('searchFiles', { credential, filter: 'PU' })).results).toHaveLength(1);
	});
});
