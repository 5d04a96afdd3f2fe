import type { Sandbox } from '../../../sandbox';
import { csv, machine, repeated } from './machines';
import { start, upload } from './support';

/**
 * Traffic of the vendor's public clients, request by request: which headers and bodies they send,
 * what they read from the replies, and what they do with it.
 */

/** One client: a key, and the bare host, to which each client appends `/v0.5`. */
function clientOf(sandbox: Sandbox) {
	const host = new URL(sandbox.url).origin;
	const auth = { authorization: `Bearer ${sandbox.apiKey}` };
	const reply = async <Body>(response: Response): Promise<Body> => {
		if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
		return (await response.json()) as Body;
	};
	return {
		get: async <Body>(path: string, query: Record<string, number> = {}) => {
			const params = new URLSearchParams();
			for (const [name, value] of Object.entries(query)) params.set(name, String(value));
			const search = params.size > 0 ? `?${params.toString()}` : '';
			return await reply<Body>(await fetch(`${host}/v0.5${path}${search}`, { headers: auth }));
		},
		postJson: async <Body>(path: string, json: object) =>
			await reply<Body>(
				await fetch(`${host}/v0.5${path}`, {
					method: 'POST',
					headers: { ...auth, 'content-type': 'application/json' },
					body: JSON.stringify(json),
				}),
			),
		/** A POST without a body has length 0 and no content type. */
		post: (path: string) => fetch(`${host}/v0.5${path}`, { method: 'POST', headers: auth }),
		send: (method: string, path: string, init: RequestInit = {}) =>
			fetch(`${host}/v0.5${path}`, {
				...init,
				method,
				headers: { ...auth, ...(init.headers as Record<string, string> | undefined) },
			}),
	};
}

type Client = ReturnType<typeof clientOf>;

interface Initiated {
	upload_id: string;
	file_uid: string;
	num_parts: number;
	part_size: number;
	strategy: string;
	expires_at: string;
	parts: Array<{ part_number: number; url: string; offset: number; length: number }>;
}
interface Job {
	id: string;
	name: string;
	pipeline_key: string;
	pipeline_version: string;
	status: string;
	created_at: string;
	started_at: string | null;
	completed_at: string | null;
}
interface Event {
	level: string;
	event_type: string;
	message: string | null;
	created_at: string;
}

/** Puts the parts one by one and keeps each ETag, without its quotes as in the examples. */
async function putParts(parts: Initiated['parts'], bytes: Buffer, keepsQuotes = false) {
	const tokens: Array<{ part_number: number; part_token: string }> = [];
	for (const { part_number, url, offset, length } of parts) {
		const body = bytes.subarray(offset, offset + length);
		const response = await fetch(url, {
			method: 'PUT',
			headers: { 'content-length': String(length) },
			body,
		});
		expect(response.status).toBe(200);
		const etag = response.headers.get('etag')!;
		tokens.push({ part_number, part_token: keepsQuotes ? etag : etag.replaceAll('"', '') });
	}
	return tokens;
}

/** The upload of the batch examples: initiate, put, complete. */
async function uploadInParts(client: Client, filename: string, text: string, type = 'text/csv') {
	const bytes = Buffer.from(text);
	const json = { filename, file_type: type, num_bytes: bytes.length };
	const initiated = await client.postJson<Initiated>('/files/uploads/initiate', json);
	const parts = await putParts(initiated.parts, bytes);
	const path = `/files/uploads/${initiated.upload_id}/complete`;
	const result = await client.postJson<Record<string, unknown>>(path, { parts });
	return { initiated, result };
}

const ended = new Set(['COMPLETED', 'FAILED', 'CANCELLED']);

/** Polls the job until it has ended; the clock advances by the client's wait each time. */
async function poll(client: Client, sandbox: Sandbox, id: string, waitMs: number) {
	const seen: string[] = [];
	for (;;) {
		const job = await client.get<Job>(`/batch/jobs/${id}`);
		if (job.status !== seen.at(-1)) seen.push(job.status);
		if (ended.has(job.status)) return { job, seen };
		await sandbox.steer.clock({ advance: waitMs });
	}
}

const columns = ['BPOS', 'DBTM', 'FLWI', 'HDTH', 'HKLD', 'ROP', 'RPM', 'SPPA', 'WOB'];

/** Rows of nine sensors around a level, like those of a rig that is drilling or idle. */
function rig(rows: number, level: number): string {
	const lines = Array.from(
		{ length: rows },
		(_, row) =>
			`${1_200_000_000 + row},${columns.map((__, i) => level + ((row * (i + 3)) % 5)).join(',')}`,
	);
	return [`DATE_TIME,${columns.join(',')}`, ...lines, ''].join('\n');
}

describe('the batch examples of Volve', () => {
	const payload = {
		name: 'drilling',
		pipeline_type: 'batch',
		pipeline_key: 'machine-state-classification',
		inputs: {
			'worker.inference': [{ file_id: 'quick_200.csv' }],
			'worker.n_shots': [
				{ file_id: 'drilling.csv', metadata: { class: 'drilling' } },
				{ file_id: 'not_drilling.csv', metadata: { class: 'not_drilling' } },
			],
		},
		parameters: {
			worker: {
				parallelism: 1,
				config: {
					batch_size: 8,
					classifier_config: { metric: 'euclidean', n_neighbors: 5, weights: 'uniform' },
					flush_every_n_iteration: 4,
					model_type: 'omega_1_4_base',
					reader_config: {
						data_columns: columns,
						step_size: 1,
						timestamp_column: 'DATE_TIME',
						window_size: 64,
					},
				},
			},
		},
	};

	test('upload, create, poll every 5 s, read the events, page through outputs and download', async () => {
		const sandbox = await start({ jobMs: 20_000, partSize: 5000 });
		await sandbox.steer.clock({ frozen: true });
		const client = clientOf(sandbox);

		const { initiated, result } = await uploadInParts(client, 'drilling.csv', rig(300, 100));
		expect(initiated).toMatchObject({ strategy: 'multipart', part_size: 5000 });
		expect(initiated.parts.map(({ part_number }) => part_number)).toEqual(
			Array.from({ length: initiated.num_parts }, (_, i) => i + 1),
		);
		expect(Date.parse(initiated.expires_at)).toBeGreaterThan(0);
		expect(result).toMatchObject({ file_uid: initiated.file_uid, file_status: 'Registered' });
		await uploadInParts(client, 'not_drilling.csv', rig(300, 0));
		await uploadInParts(client, 'quick_200.csv', rig(200, 90));

		const created = await client.postJson<Job>('/batch/jobs', payload);
		expect(created).toMatchObject({ name: 'drilling', status: 'PENDING' });
		expect(typeof created.pipeline_version).toBe('string');
		const { job, seen } = await poll(client, sandbox, created.id, 5000);
		expect(seen).toEqual(['PENDING', 'RUNNING', 'COMPLETED']);
		expect(job.completed_at!.slice(11, 19)).toMatch(/^\d\d:\d\d:\d\d$/);

		const events = await client.get<{ events: Event[] }>(`/batch/jobs/${job.id}/events`, {
			limit: 100,
		});
		for (const { level, message, created_at } of events.events) {
			expect([typeof level, typeof message, created_at.length]).toEqual(['string', 'string', 27]);
		}
		const types = new Set(events.events.map(({ event_type }) => event_type));
		for (const type of ['info', 'running_job', 'vectorizing_file']) expect(types).toContain(type);

		interface Listed {
			total: number;
			outputs: Array<{ data: { ref: string; filename: string; num_bytes: number } }>;
		}
		const outputs: Listed['outputs'] = [];
		const limit = 2;
		for (let offset = 0; ; offset += limit) {
			const path = `/batch/jobs/${job.id}/outputs`;
			const page = await client.get<Listed>(path, { limit, offset });
			outputs.push(...page.outputs);
			if (offset + limit >= page.total) break;
		}
		expect(outputs.map(({ data }) => data.filename).sort()).toEqual(
			[0, 1, 2, 3, 4].map((part) => `pred_quick_200_part_${part}.csv`),
		);
		let predictions = 0;
		for (const { data } of outputs) {
			// Without the key: the storage rejects it.
			const file = await (await fetch(data.ref)).text();
			expect(Buffer.byteLength(file)).toBe(data.num_bytes);
			const [header, ...rows] = file.trimEnd().split('\n');
			expect(header).toBe('DATE_TIME,Prediction');
			expect(new Set(rows.map((row) => row.split(',')[1]))).toEqual(new Set(['drilling']));
			predictions += rows.length;
		}
		expect(predictions).toBe(200 - 64 + 1);
		expect(sandbox.steer.stats().storage.authorization_headers).toBe(0);
	});

	test('an upload that fails is aborted, and its name is free again', async () => {
		const sandbox = await start();
		const client = clientOf(sandbox);
		const json = { filename: 'a.csv', file_type: 'text/csv', num_bytes: 10 };
		const { upload_id } = await client.postJson<Initiated>('/files/uploads/initiate', json);
		expect((await client.post(`/files/uploads/${upload_id}/abort`)).status).toBe(200);
		expect((await uploadInParts(client, 'a.csv', 'a,b\n1,2\n')).result.file_name).toBe('a.csv');
	});

	test('JSONL goes up by form as a text, and its job ends whatever becomes of it', async () => {
		for (const jsonlTypes of ['json', 'any'] as const) {
			const sandbox = await start({ jsonlTypes });
			await sandbox.steer.clock({ frozen: true });
			const client = clientOf(sandbox);
			await upload(sandbox, 'nano.jsonl', '{"prompt":"BPOS: 10"}\n', 'text/plain');
			const created = await client.postJson<Job>('/batch/jobs', activity(['nano.jsonl']));
			const { job } = await poll(client, sandbox, created.id, 15_000);
			const { total } = await client.get<{ total: number }>(`/batch/jobs/${job.id}/outputs`);
			expect([jsonlTypes, job.status, total]).toEqual([
				...[jsonlTypes, 'COMPLETED', jsonlTypes === 'any' ? 1 : 0],
			]);
		}
	});
});

function activity(files: string[]) {
	const generation = {
		...{ do_sample: true, max_new_tokens: 256, repetition_penalty: 1 },
		...{ temperature: 0.7, top_k: 20, top_p: 0.8 },
	};
	const config = { generation, model_variant: 'newton/c:2.4.0-7b-base', batch_size: 4 };
	return {
		name: 'activity',
		pipeline_type: 'batch',
		pipeline_key: 'activity-detection',
		inputs: { 'worker.data': files.map((file_id) => ({ file_id })) },
		parameters: { worker: { parallelism: 1, config } },
	};
}

describe('the batch examples of GHOST-IoT', () => {
	const record = JSON.stringify({
		system: 'You are an analyst.',
		instruction: 'Describe the day.',
		prompt: 'Flow count: 78.',
		inputs: [{ type: 'text', format: 'plain', data: '15:55:11|DHCP|17' }],
	});

	test('a name that is taken is a 409 that the client reads and passes over', async () => {
		const client = clientOf(await start());
		await uploadInParts(client, 'home.jsonl', `${record}\n`, 'application/x-ndjson');
		const body = { filename: 'home.jsonl', file_type: 'application/x-ndjson', num_bytes: 5 };
		const response = await client.send('POST', '/files/uploads/initiate', {
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		expect(response.status).toBe(409);
		expect(await response.json()).toMatchObject({
			errors: [{ code: 'conflict', message: 'File already exists: home.jsonl' }],
		});
	});

	test('the type application/jsonl is refused with 400', async () => {
		const client = clientOf(await start());
		const json = { filename: 'a.jsonl', file_type: 'application/jsonl', num_bytes: 5 };
		await expect(client.postJson('/files/uploads/initiate', json)).rejects.toThrow(
			/^Error: 400|^400/,
		);
	});

	test('the events that it reads success and failure from', async () => {
		const sandbox = await start();
		await sandbox.steer.clock({ frozen: true });
		const client = clientOf(sandbox);
		const good = `${record}\n${record}\n`;
		await uploadInParts(client, 'good.jsonl', good, 'application/x-ndjson');
		await uploadInParts(client, 'bad.jsonl', good, 'text/csv');
		const json = activity(['good.jsonl', 'bad.jsonl']);
		const { id } = await client.postJson<Job>('/batch/jobs', json);
		const { job } = await poll(client, sandbox, id, 10_000);
		expect(job.status).toBe('COMPLETED');
		const path = `/batch/jobs/${id}/events`;
		const { events } = await client.get<{ events: Event[] }>(path, { limit: 100 });
		const printed = events.map(({ level, message }) => `${level} ${message}`);
		expect(printed.slice(3)).toEqual([
			'INFO Running job',
			'INFO Processing input 0: good.jsonl (item count unknown)',
			'INFO Batch 0: processed 1 items (1 success, 0 failed)',
			'INFO Batch 1: processed 2 items (2 success, 0 failed)',
			'SUCCESS Processed 2 items (2 success, 0 failed) from good.jsonl',
			'INFO Processing input 1: bad.jsonl (item count unknown)',
			'FAILED Processing failed for bad.jsonl',
			expect.stringMatching(/^SUCCESS Job completed in \d+s$/) as string,
		]);
	});

	test('a job of tens of thousands of files is 413, one of 5,000 is taken', async () => {
		const sandbox = await start({ maxRunning: 1 });
		await sandbox.steer.clock({ frozen: true });
		await upload(sandbox, 'one.json', record, 'application/json');
		const client = clientOf(sandbox);
		const many = Array<string>(5000).fill('one.json');
		const { id } = await client.postJson<Job>('/batch/jobs', activity(many));
		const { input_progress } = await client.get<{ input_progress: object }>(`/batch/jobs/${id}`);
		expect(input_progress).toMatchObject({ pending: 5000 });
		const names = Array.from(
			{ length: 37_000 },
			(_, i) => `home-1__device-${i}__hour-12__c0001.jsonl`,
		);
		await expect(client.postJson('/batch/jobs', activity(names))).rejects.toThrow('413');
	});

	test('its clean-up finds no DELETE /files/{id}', async () => {
		const sandbox = await start();
		await upload(sandbox, 'a.csv', machine);
		expect((await clientOf(sandbox).send('DELETE', '/files/a.csv')).status).toBe(404);
	});
});

describe('the fine-tuning example', () => {
	test('tails events and progress by their offsets until the job has ended', async () => {
		const sandbox = await start({ jobMs: 30_000 });
		await sandbox.steer.clock({ frozen: true });
		const client = clientOf(sandbox);
		for (const [name, level] of [
			['swat_normal_nshot_0.csv', 1],
			['swat_attack_nshot_0.csv', 90],
			['swat_normal_eval_0.csv', 2],
		] as const) {
			await uploadInParts(client, name, csv(...repeated([60, level])));
		}
		const created = await client.postJson<Job>('/batch/jobs', {
			name: 'baseline',
			pipeline_type: 'batch',
			pipeline_key: 'machine-state-classification',
			inputs: {
				'worker.inference': [{ file_id: 'swat_normal_eval_0.csv' }],
				'worker.n_shots': ['normal', 'attack'].map((label) => ({
					file_id: `swat_${label}_nshot_0.csv`,
					metadata: { class: label },
				})),
			},
			parameters: {
				worker: {
					parallelism: 1,
					config: {
						model_type: 'omega_1_5_base',
						omega_1_5: { base_model_path: 's3://somewhere/model.pt' },
						reader_config: {
							...{ window_size: 32, step_size: 1 },
							...{ timestamp_column: 'time', data_columns: ['level'] },
						},
						classifier_config: { n_neighbors: 11, metric: 'cosine', weights: 'uniform' },
						batch_size: 32,
						data_source: { source_type: 's3' },
						flush_every_n_iteration: 100,
					},
				},
			},
		});

		const events: Array<Event & { id: number }> = [];
		const entries: Array<{ id: number; kind: string; step: number; message: string }> = [];
		const path = `/batch/jobs/${created.id}`;
		for (let status = ''; !ended.has(status); await sandbox.steer.clock({ advance: 5000 })) {
			({ status } = await client.get<Job>(path));
			const page = (offset: number) => ({ offset, limit: 100 });
			const next = await client.get<{ events: typeof events }>(
				`${path}/events`,
				page(events.length),
			);
			events.push(...next.events);
			const more = await client.get<{ entries: typeof entries }>(
				`${path}/progress`,
				page(entries.length),
			);
			entries.push(...more.entries);
		}
		for (const rows of [events, entries]) {
			const ids = rows.map(({ id }) => id);
			expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
		}
		expect(events[0]!.event_type).toBe('job.admitted');
		expect(events.at(-1)!.event_type).toBe('job.completed');
		expect(entries.map(({ step }) => step)).toEqual(entries.map((_, index) => index + 1));
		expect(entries.at(-1)).toMatchObject({ kind: 'inference', message: 'Processed 29 of 29' });
		const { checkpoints } = await client.get<{ checkpoints: object[] }>(`${path}/checkpoints`, {
			...{ offset: 0, limit: 100 },
		});
		expect(checkpoints).toEqual([]);
	});

	test('trains, takes the checkpoint of the highest step, and classifies with it', async () => {
		const sandbox = await start({ jobMs: 30_000 });
		await sandbox.steer.clock({ frozen: true });
		const client = clientOf(sandbox);
		const levels = { normal: 1, attack: 90 };
		const filesOf = (split: string, isLabelled = true) =>
			Object.keys(levels).map((label) => ({
				file_id: `swat_${label}_${split}_0.csv`,
				...(isLabelled && { metadata: { class: label } }),
			}));
		for (const [label, level] of Object.entries(levels)) {
			for (const split of ['train', 'tune', 'nshot', 'eval']) {
				const text = csv(...repeated([60, level])).replace('time', 'timestamp');
				await uploadInParts(client, `swat_${label}_${split}_0.csv`, text);
			}
		}
		const encoder = {
			model_type: 'omega_1_5_base',
			omega_1_5: { base_model_path: 's3://somewhere/model.pt' },
			batch_size: 32,
			data_source: { source_type: 's3' },
		};
		const reader_config = { window_size: 32, step_size: 4, data_columns: ['level'] };
		const training = await client.postJson<Job>('/batch/jobs', {
			name: 'swat-omega-fine-tune',
			pipeline_type: 'training',
			pipeline_key: 'fine-tuning-omega',
			inputs: { 'worker.train_data': filesOf('train'), 'worker.eval_data': filesOf('tune') },
			parameters: {
				worker: {
					parallelism: 1,
					config: { ...encoder, reader_config, train_config: { epochs: 30 } },
				},
			},
		});
		expect((await poll(client, sandbox, training.id, 5000)).job.status).toBe('COMPLETED');

		interface Checkpoint {
			id: string;
			name: string;
			step: number;
			metrics: Record<string, number>;
		}
		const path = `/batch/jobs/${training.id}`;
		const page = { offset: 0, limit: 100 };
		const { checkpoints } = await client.get<{ checkpoints: Checkpoint[] }>(
			`${path}/checkpoints`,
			page,
		);
		const best = checkpoints.reduce((a, b) => (b.step > a.step ? b : a));
		expect([typeof best.name, best.metrics.eval_accuracy]).toEqual(['string', 1]);
		const { entries } = await client.get<{ entries: Array<{ kind: string; step: number }> }>(
			`${path}/progress`,
			page,
		);
		expect(entries.map(({ kind, step }) => `${kind} ${step}`)).toEqual(
			Array.from({ length: 30 }, (_, index) => `training ${index + 1}`),
		);

		const { id } = await client.postJson<Job>('/batch/jobs', {
			name: 'swat-machine-state-fine-tuned',
			pipeline_type: 'batch',
			pipeline_key: 'machine-state-classification',
			inputs: {
				'worker.inference': filesOf('eval', false),
				'worker.n_shots': filesOf('nshot'),
				'worker.fine_tune_checkpoint': [
					{ kind: 'checkpoint', checkpoint_id: best.id, metadata: {} },
				],
			},
			parameters: {
				worker: {
					parallelism: 1,
					config: {
						...encoder,
						reader_config: { ...reader_config, step_size: 1, timestamp_column: 'timestamp' },
						classifier_config: { n_neighbors: 11, metric: 'cosine', weights: 'uniform' },
						flush_every_n_iteration: 100,
					},
				},
			},
		});
		expect((await poll(client, sandbox, id, 5000)).job.status).toBe('COMPLETED');
		const { outputs } = await client.get<{
			outputs: Array<{ data: { ref: string; filename: string } }>;
		}>(`/batch/jobs/${id}/outputs`, page);
		expect(outputs).toHaveLength(2);
		for (const { data } of outputs) {
			const rows = (await (await fetch(data.ref)).text()).trim().split('\n').slice(1);
			const [, label] = /swat_(\w+?)_eval/.exec(data.filename)!;
			expect(rows).toHaveLength(29);
			expect(new Set(rows.map((row) => row.split(',')[1]))).toEqual(new Set([label]));
		}
	});

	test('reads the text of an error when a pipeline is not there', async () => {
		const client = clientOf(await start());
		const json = {
			...activity([]),
			pipeline_type: 'training',
			pipeline_key: 'omega-fine-tune-job',
		};
		await expect(client.postJson('/batch/jobs', json)).rejects.toThrow(
			/404 .*NOT_FOUND.*not found/,
		);
	});

	test('downloads by a relative ref with the key, by an absolute one without', async () => {
		for (const refStyle of ['relative', 'presigned'] as const) {
			const sandbox = await start({ refStyle });
			const [id] = sandbox.steer.seed({ outputs: 1, outputBytes: 500 }).ids;
			const client = clientOf(sandbox);
			const { outputs } = await client.get<{ outputs: Array<{ data: { ref: string } }> }>(
				`/batch/jobs/${id}/outputs`,
			);
			const { ref } = outputs[0]!.data;
			const response = ref.startsWith('/') ? await client.send('GET', ref) : await fetch(ref);
			expect((await response.arrayBuffer()).byteLength).toBe(500);
		}
	});
});

describe('the Python client', () => {
	/** It treats only 200 and 201 as success. */
	const isSuccess = (status: number) => [200, 201].includes(status);

	test('uploads by form and base64, reads info and metadata, downloads and deletes', async () => {
		const sandbox = await start();
		const client = clientOf(sandbox);
		const form = (text: string, name: string, type: string) => {
			const data = new FormData();
			data.set('file', new Blob([text], { type }), name);
			return { body: data };
		};
		const files: Array<[name: string, text: string, type: string]> = [
			['example.txt', 'Example content', 'text/plain'],
			['example.text', 'Example content', 'text/plain'],
			['example.json', '{"foo": "bar"}', 'text/plain'],
			['example.csv', 'timestamp,value_a,value_b\n1,2.2,three\n', 'text/csv'],
		];
		for (const [name, text, type] of files) {
			const response = await client.send('POST', '/files', form(text, name, type));
			expect(isSuccess(response.status)).toBe(true);
			expect(await response.json()).toMatchObject({ is_valid: true, file_id: name });
			const got = await client.send('GET', `/files/download/${name}`);
			expect([got.status, await got.text()]).toEqual([200, text]);
		}
		const base64 = Buffer.from('a,b\n1,2\n').toString('base64');
		const sent = await client.send('POST', '/files/base64', form(base64, 'b.csv', 'text/csv'));
		expect(await sent.json()).toMatchObject({ is_valid: true, file_id: 'b.csv' });

		expect(await client.get('/files/info')).toMatchObject({ num_files: 5 });
		const all = await client.get<object[]>('/files/metadata', {
			...{ shard_index: -1, max_items_per_shard: -1 },
		});
		expect(all).toHaveLength(5);
		expect(await client.get('/files/metadata/example.csv')).toMatchObject({
			file_attributes: { column_headers: ['timestamp', 'value_a', 'value_b'], num_rows: 1 },
		});
		for (const [name] of files) {
			const response = await client.send('DELETE', `/files/delete/${name}`);
			expect(await response.json()).toMatchObject({ is_valid: true, file_id: name });
			expect((await client.send('GET', `/files/download/${name}`)).status).toBe(404);
		}
	});

	test('uploads parts at the same time, with tokens in their quotes', async () => {
		const sandbox = await start({ partSize: 1000 });
		const client = clientOf(sandbox);
		const bytes = Buffer.from(rig(200, 5));
		const json = { filename: 'direct.csv', file_type: 'text/csv', num_bytes: bytes.length };
		const { upload_id, parts } = await client.postJson<Initiated>('/files/uploads/initiate', json);
		const tokens = await Promise.all(parts.map((part) => putParts([part], bytes, true)));
		const path = `/files/uploads/${upload_id}`;
		const done = await client.postJson<Record<string, string>>(`${path}/complete`, {
			parts: tokens.flat().sort((a, b) => a.part_number - b.part_number),
		});
		expect([done.file_name, typeof done.file_uid]).toEqual(['direct.csv', 'string']);
		const got = await client.send('GET', '/files/download/direct.csv');
		expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
	});

	test('asks for files of S3, 64 at a time and without a type: each is answered for', async () => {
		const client = clientOf(await start());
		const ask = (filenames: string[]) =>
			client.send('POST', '/files/s3', {
				body: new Blob([JSON.stringify({ credentials: null, filenames })]),
			});
		const names = Array.from({ length: 64 }, (_, index) => `bucket/folder/${index}.csv`);
		const response = await ask(names);
		expect(isSuccess(response.status)).toBe(true);
		const { is_valid, files } = (await response.json()) as {
			is_valid: boolean;
			files: Array<{ filename: string; file_id: string; is_valid: boolean }>;
		};
		expect([is_valid, files.length]).toEqual([false, 64]);
		expect(files[7]).toMatchObject({
			...{ filename: 'bucket/folder/7.csv', file_id: '7.csv', is_valid: false },
		});
		expect((await ask([])).status).toBe(400);
	});

	test('aborts with an empty object', async () => {
		const client = clientOf(await start());
		const json = { filename: 'a.csv', file_type: 'text/csv', num_bytes: 10 };
		const { upload_id } = await client.postJson<Initiated>('/files/uploads/initiate', json);
		const response = await client.send('POST', `/files/uploads/${upload_id}/abort`, {
			headers: { 'content-type': 'application/json' },
			body: '{}',
		});
		expect([isSuccess(response.status), await response.text()]).toEqual([true, '']);
	});
});
