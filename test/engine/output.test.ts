import type { INodeParameters } from 'n8n-workflow';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { FaultRequest } from '../../sandbox/http/faults';
import { ACTION, loadOptions, useSandbox } from './harness';
import {
	expectFiles,
	fetchFile,
	listOutputs as listOutputsOf,
	type Output,
	runOnOutputs,
	seedJob as seedJobIn,
} from './harness/outputs';

const service = useSandbox();

const locator = (id: string) => ({ __rl: true, mode: 'id', value: id });

const seedJob = (contents: { outputs?: number; outputBytes?: number; inputs?: number } = {}) =>
	seedJobIn(service, { outputs: 1, ...contents });
const listOutputs = (jobId: string) => listOutputsOf(service, jobId);

const run = (
	jobId: string,
	parameters: INodeParameters,
	options?: Parameters<typeof runOnOutputs>[3],
) => runOnOutputs(service, jobId, parameters, options);

const getMany = async (jobId: string, parameters: INodeParameters = {}) => {
	const { items, error } = await run(jobId, { operation: 'getMany', ...parameters });
	if (error) throw new Error(error.message);
	return items.map(({ json }) => json);
};

const download = (
	jobId: string,
	parameters: INodeParameters = {},
	options?: Parameters<typeof runOnOutputs>[3],
) => run(jobId, { operation: 'download', ...parameters }, options);

const faultInStorage = (request: Partial<FaultRequest> & Pick<FaultRequest, 'kind'>) =>
	service.steer.faults({ origin: 'storage', ...request } as FaultRequest);

const requestsTo = (origin: 'api' | 'storage') =>
	service.steer.requests().filter((request) => request.origin === origin);

const forgetRequests = () => service.steer.reset({ only: ['stats'] });

describe('Get Many', () => {
	test('as the service has them, but links without their signature', async () => {
		const id = seedJob({ outputs: 2 });
		const outputs = await listOutputs(id);
		const rows = await getMany(id, { simplify: false });
		expect(rows).toMatchObject(
			outputs.map(({ data: { ref, ...data }, ...output }) => ({
				id: output.id,
				input_id: output.input_id,
				data: { ...data, ref: ref.split('?')[0] },
			})),
		);
		expect(JSON.stringify(rows)).not.toContain('X-Amz-Signature');
	});

	test('simplified, has what is needed to choose a file', async () => {
		const id = seedJob();
		const [output] = await listOutputs(id);
		const [row = {}] = await getMany(id);
		expect(Object.keys(row).length).toBeLessThanOrEqual(10);
		expect(row).toMatchObject({
			id: output!.id,
			job_id: id,
			filename: output!.data.filename,
			num_bytes: 5_000,
		});
	});

	test('Input ID and Port Name narrow the list', async () => {
		const id = seedJob({ outputs: 6, inputs: 3 });
		const [output] = await listOutputs(id);
		const ofInput = await getMany(id, { filters: { inputId: output!.input_id } });
		expect(ofInput).toHaveLength(2);
		expect(new Set(ofInput.map((row) => row.input_id))).toEqual(new Set([output!.input_id]));

		expect(await getMany(id, { filters: { portName: 'worker.results' } })).toHaveLength(6);
		expect(await getMany(id, { filters: { portName: 'worker.other' } })).toEqual([]);
	});

	test('the editor offers the ports of the job', async () => {
		const parameters = { jobId: locator(seedJob()) };
		const editor = { node: ACTION, credential: service.credential, parameters };
		expect(await loadOptions('getOutputPorts', editor)).toEqual([
			{ name: 'Any Port', value: '' },
			{ name: 'worker.results', value: 'worker.results' },
		]);
	});
});

describe('Download', () => {
	test('gives every file whole, one item each, with name and type', async () => {
		const id = seedJob({ outputs: 25, inputs: 5, outputBytes: 40_000 });
		const outputs = await listOutputs(id);

		const result = await download(id, { returnAll: true });

		await expectFiles(result, outputs);
		for (const { id: outputId, data } of outputs) {
			const item = result.items.find(({ json }) => json.id === outputId);
			expect(item?.binary?.data).toMatchObject({
				fileName: data.filename,
				mimeType: data.file_type,
			});
			expect(item?.pairedItem).toEqual({ item: 0 });
		}
	});

	test.each([
		['eight', {}, 8],
		['as many as Max Concurrent Requests says', { maxConcurrentRequests: 3 }, 3],
	])('files arrive %s at a time', async (_, options, most) => {
		const id = seedJob({ outputs: 30 });
		service.steer.options({ latencyMs: 20 });
		const result = await download(id, { returnAll: true, options });
		expect(service.steer.stats().storage.concurrent).toMatchObject({ max: most, total: 30 });
		await expectFiles(result, await listOutputs(id));
	});

	test('the key goes to the API and never to storage', async () => {
		const id = seedJob({ outputs: 3 });
		await download(id);
		expect(requestsTo('api').map(({ headers }) => headers.authorization)).toEqual([
			`Bearer ${service.apiKey}`,
		]);
		expect(requestsTo('storage')).toHaveLength(3);
		expect(service.steer.stats().storage.authorization_headers).toBe(0);
	});

	test.each([true, false])('the item has the metadata, simplify %s', async (simplify) => {
		const id = seedJob();
		const [row] = await getMany(id, { simplify });
		const { items } = await download(id, { simplify });
		expect({ ...items[0]?.json, expires_at: '' }).toEqual({ ...row, expires_at: '' });
		expect(JSON.stringify(items)).not.toContain('X-Amz-Signature');
	});

	test('Limit and filters choose what is downloaded', async () => {
		const id = seedJob({ outputs: 6, inputs: 3 });
		expect((await download(id, { returnAll: false, limit: 2 })).items).toHaveLength(2);
		expect((await download(id, { filters: { portName: 'worker.other' } })).items).toEqual([]);
		expect(requestsTo('storage')).toHaveLength(2);
	});

	test('the file can go into another field', async () => {
		const id = seedJob();
		const result = await download(id, { options: { binaryProperty: 'results' } });
		expect(Object.keys(result.items[0]!.binary!)).toEqual(['results']);
		expect(await result.binary(result.items[0]!, 'results')).toHaveLength(5_000);
	});

	test.each(['relative', 'redirect'] as const)(
		'a link that is a path of the API (%s) is asked for with the key, storage without',
		async (refStyle) => {
			const id = seedJob();
			const presigned = await listOutputs(id);
			service.steer.options({ refStyle });
			forgetRequests();

			const result = await download(id);

			const [, file, ...others] = requestsTo('api');
			expect(file?.url).toMatch(/^\/v0\.5\/files\/download\//);
			expect(file?.headers.authorization).toBe(`Bearer ${service.apiKey}`);
			expect(others).toEqual([]);
			expect(requestsTo('storage')).toHaveLength(refStyle === 'redirect' ? 1 : 0);
			expect(service.steer.stats().storage.authorization_headers).toBe(0);
			await expectFiles(result, presigned);
		},
	);

	test.each<[string, Partial<FaultRequest> & Pick<FaultRequest, 'kind'>]>([
		['cut off', { kind: 'truncate', bytes: 1_000 }],
		['shorter than it should be', { kind: 'truncate', bytes: 1_000, contentLength: 'cut' }],
		['reset on the way', { kind: 'reset', afterBytes: 1_000 }],
		['reset before it starts', { kind: 'reset' }],
		['refused for a moment', { kind: 'status', status: 503, envelope: 'xml' }],
	])('a transfer that is %s is repeated', async (_, fault) => {
		const id = seedJob({ outputBytes: 60_000 });
		faultInStorage(fault);

		const result = await download(id);

		expect(requestsTo('storage')).toHaveLength(2);
		await expectFiles(result, await listOutputs(id));
	});

	test('a link that expired before it was used is renewed by listing again', async () => {
		const id = seedJob();
		service.steer.options({ linkTtlMs: 300, nullExpiry: true });
		// The list trickles in, so its link is dead on arrival; the second list arrives at once.
		const path = '/batch/jobs/*/outputs';
		service.steer.faults({ kind: 'slow', path, bytesPerSecond: 1_200 });

		const result = await download(id);

		expect(requestsTo('storage').map(({ status }) => status)).toEqual([403, 200]);
		expect(requestsTo('api')).toHaveLength(2);
		await expectFiles(result, await listOutputs(id));
	});

	test('a link known to expire in a moment is renewed before it is used', async () => {
		const id = seedJob();
		service.steer.options({ linkTtlMs: 3_000 });
		const result = await download(id);
		expect(requestsTo('storage').map(({ status }) => status)).toEqual([200]);
		expect(requestsTo('api')).toHaveLength(2);
		await expectFiles(result, await listOutputs(id));
	});

	test('a link that storage refuses again and again is an error that names the file', async () => {
		const id = seedJob();
		const [output] = await listOutputs(id);
		faultInStorage({ kind: 'status', status: 403, envelope: 'xml', times: null });
		forgetRequests();

		const { error } = await download(id);

		const { filename } = output!.data;
		expect(error?.message).toBe(
			`File ${filename} (${output!.id}) could not be downloaded: the storage refused its link (HTTP 403)`,
		);
		expect(inspect(error, { depth: 10 })).not.toContain('X-Amz-Signature');
		expect(requestsTo('storage')).toHaveLength(2);
		expect(requestsTo('api')).toHaveLength(2);
	});

	test('a transfer that breaks every 1,000 bytes goes on where it was, with Range', async () => {
		const id = seedJob();
		faultInStorage({ kind: 'truncate', bytes: 1_000, times: null });

		const { items, error, binary } = await download(id);

		expect(error).toBeUndefined();
		expect((await binary(items[0]!)).length).toBe(5_000);
		const ranges = requestsTo('storage').map(({ headers }) => headers.range);
		// A connection may break before its last bytes are read, so the resume offset varies.
		expect(ranges.filter((range) => range?.startsWith('bytes=')).length).toBeGreaterThan(1);
	});

	test('the error names the file: cut off five times, and twice of the same wrong size', async () => {
		const [broken, wrong] = [seedJob(), seedJob()];
		const nameOf = async (id: string) => (await listOutputs(id))[0]!.data.filename;
		const path = `/jobs/${broken}/**`;
		faultInStorage({ kind: 'truncate', bytes: 0, path, times: null });
		const short = { kind: 'truncate', bytes: 0, contentLength: 'cut', times: null } as const;
		faultInStorage({ ...short, path: `/jobs/${wrong}/**` });

		const [cutOff, wrongSize] = await Promise.all([download(broken), download(wrong)]);

		expect(`${cutOff.error?.message} ${cutOff.error?.description}`).toContain(await nameOf(broken));
		expect(cutOff.error?.message).toContain('was cut off');
		expect(wrongSize.error?.message).toContain(await nameOf(wrong));
		expect(wrongSize.error?.message).toContain('0 bytes arrived instead of 5000');
		const tries = (id: string) =>
			requestsTo('storage').filter(({ url }) => url.includes(`/jobs/${id}/`)).length;
		expect([tries(broken), tries(wrong)]).toEqual([5, 2]);
	}, 30_000);

	test('with On Error: Continue, one lost file does not cost the others', async () => {
		const id = seedJob({ outputs: 3 });
		const outputs = await listOutputs(id);
		const lost = outputs[1]!;
		const path = new URL(lost.data.ref).pathname;
		faultInStorage({ kind: 'status', status: 404, envelope: 'xml', path, times: null });

		const { error, items } = await download(
			id,
			{},
			{ settings: { onError: 'continueRegularOutput' } },
		);

		expect(error).toBeUndefined();
		expect(items).toHaveLength(3);
		expect(items.map(({ binary }) => binary !== undefined)).toEqual([true, false, true]);
		const { filename } = lost.data;
		expect(items[1]?.json.error).toContain(`File ${filename} (${lost.id}) could not be downloaded`);
	});

	test.each([
		['../../etc/cron.d/evil.csv', 'evil.csv'],
		['..\\..\\evil.csv', 'evil.csv'],
		['/etc/passwd', 'passwd'],
		['a\u0000b\u202Egpj.csv', 'abgpj.csv'],
		[`${'ä'.repeat(200)}.csv`, `${'ä'.repeat(125)}.csv`],
	])('the file name %j becomes %j', async (filename, safe) => {
		const id = seedJob();
		const list = await service.get<{ outputs: Output[] }>(`/batch/jobs/${id}/outputs`);
		const [output] = list.outputs;
		const expected = await fetchFile(output!);
		const body = {
			...list,
			outputs: [{ ...output, data: { ...output!.data, filename } }],
		};
		service.steer.faults({ kind: 'body', path: '/batch/jobs/*/outputs', body, times: null });

		const { items, binary } = await download(id);

		expect(items[0]?.binary?.data?.fileName).toBe(safe);
		expect(items[0]?.binary?.data?.directory).toBeUndefined();
		expect((await binary(items[0]!)).equals(expected)).toBe(true);
	});

	test.each(['..', '.', '', null])('the file name %j gives way to the ID', async (filename) => {
		const id = seedJob();
		const list = await service.get<{ outputs: Output[] }>(`/batch/jobs/${id}/outputs`);
		const [output] = list.outputs;
		const body = { ...list, outputs: [{ ...output, data: { ...output!.data, filename } }] };
		service.steer.faults({ kind: 'body', path: '/batch/jobs/*/outputs', body });
		const { items } = await download(id);
		expect(items[0]?.binary?.data?.fileName).toBe(output!.id);
	});

	test('stopping the execution ends a slow download at once', async () => {
		const id = seedJob({ outputBytes: 100_000 });
		faultInStorage({ kind: 'slow', bytesPerSecond: 2_000, times: null });
		const start = Date.now();
		const { status, items } = await download(id, {}, { signal: AbortSignal.timeout(500) });
		expect(status).toBe('canceled');
		expect(items).toEqual([]);
		expect(Date.now() - start).toBeLessThan(3_000);
		// The storage notices a moment later that nobody is listening any more.
		while (service.steer.stats().storage.concurrent.open > 0) await delay(10);
		expect(requestsTo('storage')).toHaveLength(1);
	});
});
