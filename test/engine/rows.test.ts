import { randomBytes } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import type { INodeParameters } from 'n8n-workflow';

import type { OutputRequest } from '../../sandbox/adding-outputs';
import { logger, runNode, useSandbox } from './harness';
import type { Output } from './harness/outputs';

const service = useSandbox();

async function jobWith(outputs: OutputRequest[]): Promise<string> {
	const [id = ''] = service.steer.seed({ outputs: 0, inputs: 2 }).ids;
	await service.steer.addOutputs(id, outputs);
	return id;
}

type Options = Parameters<typeof runNode>[1];

async function run(
	operation: string,
	jobId: string,
	parameters: INodeParameters = {},
	settings?: Options['settings'],
	options: Options = {},
) {
	const locator = { __rl: true, mode: 'id', value: jobId };
	return await runNode(
		{ resource: 'output', operation, returnAll: true, jobId: locator, ...parameters },
		{ credential: service.credential, settings, ...options },
	);
}

/** From now on, the service lists the job's outputs like this. */
async function changeList(jobId: string, change: (outputs: Output[]) => Output[]) {
	const path = `/batch/jobs/${jobId}/outputs`;
	const list = await service.get<{ outputs: Output[] }>(path);
	const body = { ...list, outputs: change(list.outputs) };
	service.steer.faults({ kind: 'body', path, body, times: null });
}

const withSize = (output: Output, num_bytes: unknown): Output => ({
	...output,
	data: { ...output.data, num_bytes: num_bytes as number },
});

const part = (number: number, rows: string[], header = 'DATE_TIME,Prediction'): OutputRequest => ({
	filename: `pred_pump7_part_${number}.csv`,
	content: [header, ...rows, ''].join('\n'),
});

describe('Combine', () => {
	const combine = async (id: string, mode = 'input', parameters: INodeParameters = {}) => {
		const result = await run('download', id, { options: { combine: mode }, ...parameters });
		const texts = await Promise.all(
			result.items
				.filter(({ binary }) => binary !== undefined)
				.map(async (item) => (await result.binary(item)).toString()),
		);
		return { ...result, texts };
	};

	test('CSV parts become one file with one header, part_9 before part_10', async () => {
		const id = await jobWith([10, 2, 9, 1].map((number) => part(number, [`t${number},on`])));

		const { items, texts, error } = await combine(id);

		expect(error).toBeUndefined();
		expect(texts).toEqual(['DATE_TIME,Prediction\nt1,on\nt2,on\nt9,on\nt10,on\n']);
		expect(items[0]?.json).toMatchObject({ filename: 'pred_pump7.csv', parts: 4, job_id: id });
		expect(items[0]?.binary?.data).toMatchObject({ fileName: 'pred_pump7.csv' });
	});

	const withoutInputs = (id: string) =>
		changeList(id, (all) =>
			all.map((one) => ({ ...one, input_id: null as never, input_file_id: null })),
		);

	test('F11 parts whose input the service does not say are told apart by name, which a hint says', async () => {
		const id = await jobWith([
			{ filename: 'a_part_0.csv', content: 'x\n1\n' },
			{ filename: 'b_part_0.csv', content: 'x\n2\n' },
			{ filename: 'a_part_1.csv', content: 'x\n3\n' },
		]);
		await withoutInputs(id);
		const { texts, hints, items } = await combine(id);
		expect(texts).toEqual(['x\n1\n3\n', 'x\n2\n']);
		expect(items.map(({ json }) => json.filename)).toEqual(['a.csv', 'b.csv']);
		expect(hints.join()).toContain('told apart by their names');
	});

	test('F11 two such parts of one name are of two inputs: refused, naming file and port', async () => {
		const content = 'x\n1\n';
		const id = await jobWith([
			{ filename: 'a_part_0.csv', content },
			{ filename: 'a_part_0.csv', content },
		]);
		await withoutInputs(id);
		const { error, items } = await combine(id);
		expect(items).toEqual([]);
		expect(error?.message).toContain('a_part_0.csv');
		expect(error?.message).toContain('worker.results');
		expect((await combine(id, 'job')).texts).toEqual(['x\n1\n1\n']);
	});

	test('Download gives files in the order of the list, Combine and Read Rows by input and name', async () => {
		const id = await jobWith([10, 2, 9, 1].map((number) => part(number, [`t${number},on`])));
		const { outputs } = await service.get<{ outputs: Output[] }>(`/batch/jobs/${id}/outputs`);
		const files = await run('download', id);
		const listed = outputs.map((output) => output.id);
		expect(files.items.map(({ json }) => json.id)).toEqual(listed);
		const rows = await run('readRows', id);
		expect(rows.items.map(({ json }) => json.DATE_TIME)).toEqual(['t1', 't2', 't9', 't10']);
	});

	test('one file per input, or one per job', async () => {
		const { inputs } = await service.get<{ inputs: Array<{ id: string }> }>(
			`/batch/jobs/${await jobWith([])}/inputs`,
		);
		expect(inputs.length).toBeGreaterThan(0);
		const [id = ''] = service.steer.seed({ outputs: 0, inputs: 2, shots: 0 }).ids;
		const list = await service.get<{ inputs: Array<{ id: string }> }>(`/batch/jobs/${id}/inputs`);
		const [a, b] = list.inputs;
		await service.steer.addOutputs(id, [
			{ filename: 'a_part_0.csv', content: 'x\n1\n', inputId: a?.id },
			{ filename: 'b_part_0.csv', content: 'x\n2\n', inputId: b?.id },
			{ filename: 'a_part_1.csv', content: 'x\n3\n', inputId: a?.id },
		]);

		expect((await combine(id, 'input')).texts).toEqual(['x\n1\n3\n', 'x\n2\n']);
		expect((await combine(id, 'job')).texts).toEqual(['x\n1\n3\n2\n']);
	});

	test('a last line without a line break, CRLF and a byte order mark', async () => {
		const id = await jobWith([
			{ filename: 'r_part_0.csv', content: '\ufeffa,b\r\n1,2' },
			{ filename: 'r_part_1.csv', content: 'a,b\r\n3,4\r\n' },
			{ filename: 'r_part_2.csv', content: 'a,b\r\n' },
			{ filename: 'r_part_3.csv', content: '' },
		]);
		expect((await combine(id)).texts).toEqual(['\ufeffa,b\r\n1,2\n3,4\r\n']);
	});

	test('JSONL line by line', async () => {
		const id = await jobWith([
			{ filename: 'r_part_0.jsonl', content: '{"line_index":0}' },
			{ filename: 'r_part_1.jsonl', content: '{"line_index":1}\n' },
		]);
		expect((await combine(id)).texts).toEqual(['{"line_index":0}\n{"line_index":1}\n']);
	});

	test.each<[string, string]>([
		['nothing', ''],
		['a byte order mark', '\ufeff'],
		['a line break', '\r\n'],
	])(
		'a CSV part that holds %s has no header, of whatever size it is said to be',
		async (_, none) => {
			const id = await jobWith([
				{ filename: 'r_part_0.csv', content: none },
				{ filename: 'r_part_1.csv', content: 'a,b\n1,2\n' },
				{ filename: 'r_part_2.csv', content: none },
				{ filename: 'r_part_3.csv', content: 'a,b\n3,4\n' },
			]);
			for (const sizes of [undefined, null]) {
				if (sizes === null) await changeList(id, (all) => all.map((one) => withSize(one, null)));
				const { texts, error } = await combine(id);
				expect(error).toBeUndefined();
				expect(texts).toEqual(['a,b\n1,2\n3,4\n']);
			}
		},
	);

	test('only empty CSV parts are an empty file', async () => {
		const id = await jobWith([{ filename: 'r_part_0.csv', content: '' }]);
		expect((await combine(id)).texts).toEqual(['']);
	});

	test('no byte order mark in the middle of JSONL', async () => {
		const id = await jobWith([
			{ filename: 'r_part_0.jsonl', content: '\ufeff{"n":0}\n' },
			{ filename: 'r_part_1.jsonl', content: '\ufeff{"n":1}\n' },
			{ filename: 'r_part_2.jsonl', content: '\ufeff' },
			{ filename: 'r_part_3.jsonl', content: '{"n":3}' },
		]);
		expect((await combine(id)).texts).toEqual(['\ufeff{"n":0}\n{"n":1}\n{"n":3}\n']);
	});

	test.each([
		['a quote within a name', '5" pipe,b'],
		['quoted names with quotes and line breaks', '"the ""a"",\n",b'],
		['an empty quoted name', '"",b'],
	])('a header with %s ends where it ends', async (_, header) => {
		const id = await jobWith([part(0, ['1,2'], header), part(1, ['3,4'], header)]);
		expect((await combine(id)).texts).toEqual([`${header}\n1,2\n3,4\n`]);
	});

	test('the file of a job has a safe name, whatever the port is called', async () => {
		const id = await jobWith([{ ...part(0, []), portName: '../worker: results\u202e' }]);
		const { items } = await combine(id, 'job');
		const name = `worker results_${id}.csv`;
		expect(items[0]?.json.filename).toBe(name);
		expect(items[0]?.binary?.data).toMatchObject({ fileName: name });
	});

	test('a part with another header is an error that names it', async () => {
		const id = await jobWith([part(0, ['t0,on']), part(1, ['on,t1'], 'Prediction,TimePoint')]);
		const { error } = await combine(id);
		expect(`${error?.message} ${error?.description}`).toContain('pred_pump7_part_1.csv');
		expect(`${error?.message} ${error?.description}`).toContain('Prediction,TimePoint');
		expect(error?.description).not.toContain('Run the node again');
	});

	test('a file that is no table is an error that names it', async () => {
		const id = await jobWith([
			{ filename: 'model.bin', content: 'xyz', fileType: 'application/octet-stream' },
		]);
		expect((await combine(id)).error?.message).toContain('model.bin');
	});

	test('a broken part goes on where it was: the bytes are those of the parts', async () => {
		const rows = Array.from({ length: 500 }, (_, row) => `t${row},${row % 7}`);
		const id = await jobWith([part(0, rows), part(1, rows), part(2, rows)]);
		service.steer.faults({
			origin: 'storage',
			path: '/**',
			kind: 'reset',
			afterBytes: 700,
			times: 3,
		});

		const { texts, error } = await combine(id);

		expect(error).toBeUndefined();
		const expected = ['DATE_TIME,Prediction', ...rows, ...rows, ...rows, ''].join('\n');
		expect(texts).toEqual([expected]);
	});
});

/** Rows of a CSV file of more than a megabyte, so that it is not read ahead in full. */
const manyRows = (mark: string) =>
	Array.from({ length: 40_000 }, (_, row) => `t${row},${mark} ${row % 7} and some more of it`);

const asCsv = (rows: string[], header = 'DATE_TIME,Prediction') => [header, ...rows, ''].join('\n');

/** Creates a job with inputs and one output per input; names and texts in input order. */
async function jobWithOnePartEach(files: Array<[filename: string, content: string]>) {
	const [id = ''] = service.steer.seed({ outputs: 0, inputs: files.length, shots: 0 }).ids;
	const path = `/batch/jobs/${id}/inputs?limit=100`;
	const { inputs } = await service.get<{ inputs: Array<{ id: string }> }>(path);
	const outputs = files.map(([filename, content], place) => ({
		...{ filename, content, inputId: inputs[place]!.id },
	}));
	await service.steer.addOutputs(id, outputs);
	return id;
}

/** What the storage sends next instead of a file, with a checksum that does not match it. */
function damage(body: string) {
	const headers = { etag: `"${randomBytes(16).toString('hex')}"` };
	service.steer.faults({ origin: 'storage', kind: 'body', path: '/**', body, headers });
}

const atOnce = () => service.steer.stats().storage.concurrent.max;
const onError = { onError: 'continueRegularOutput' } as const;

describe('Combine and Read Rows fetch parts as Download does', () => {
	const texts = async ({ items, binary }: Awaited<ReturnType<typeof run>>) =>
		await Promise.all(items.map(async (item) => (await binary(item)).toString()));
	const combine = (id: string, options: INodeParameters = {}, settings?: Options['settings']) =>
		run('download', id, { options: { combine: 'input', ...options } }, settings);

	test('a part that arrives damaged is fetched again', async () => {
		const rows = ['t0,on', 't1,off'];
		const id = await jobWith([part(0, rows)]);
		const damaged = asCsv(['t0,xx', 't1,xxx']);

		damage(damaged);
		expect(await texts(await combine(id))).toEqual([asCsv(rows)]);
		damage(damaged);
		const { items } = await run('readRows', id);
		expect(items.map(({ json }) => json.Prediction)).toEqual(['on', 'off']);
	});

	test.each([
		['a large part', asCsv(manyRows('on')), 1],
		['a small part, again and again', asCsv(['t0,on']), 10],
	])(
		'%s that arrives damaged is an error that says what to do',
		async (_, content, times) => {
			const id = await jobWith([{ filename: 'r.csv', content }]);
			for (let time = 0; time < times; time++) damage(content.replaceAll('on', `x${time}`));
			const { error } = await combine(id);
			expect(error).toMatchObject({
				message: expect.stringMatching(
					/^File r.csv .* could not be downloaded: its bytes/,
				) as string,
				description: expect.stringContaining('Run the node again') as string,
			});
		},
		30_000,
	);

	const sixParts = () =>
		jobWithOnePartEach(
			['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`${name}.csv`, asCsv([`${name},1`])]),
		);

	test.each([
		['one file for each input', 'download', { combine: 'input' }, undefined],
		['one file for the job', 'download', { combine: 'job' }, undefined],
		['rows', 'readRows', {}, undefined],
		['rows, with On Error: Continue', 'readRows', {}, onError],
	] as const)('%s: as many at a time as Max Concurrent Requests says', async (...of) => {
		const [, operation, options, settings] = of;
		const id = await sixParts();
		service.steer.options({ latencyMs: 20 });
		for (const maxConcurrentRequests of [1, 3]) {
			service.steer.reset({ only: ['stats'] });
			const more = { options: { ...options, maxConcurrentRequests } };
			expect((await run(operation, id, more, settings)).error).toBeUndefined();
			expect(atOnce()).toBe(maxConcurrentRequests);
		}
	});

	test('parts of more than a megabyte: the bytes are those of the parts', async () => {
		const [first, second, third] = [manyRows('on'), ['t,1'], manyRows('öff')];
		const id = await jobWith([part(0, first), part(1, second), part(2, third)]);
		const expected = asCsv([...first, ...second, ...third]);
		for (const maxConcurrentRequests of [1, 8]) {
			expect(await texts(await combine(id, { maxConcurrentRequests }))).toEqual([expected]);
		}
	});

	test.each([1, 8])(
		'with On Error: Continue, an input that fails costs no other, %d at a time',
		async (maxConcurrentRequests) => {
			const large = manyRows('on');
			const id = await jobWithOnePartEach([
				['a_part_0.csv', asCsv(large)],
				['b_part_0.csv', asCsv(large)],
				['c_part_0.csv', asCsv(['t0,on'])],
				['d.bin', '%PDF-1.7'],
				['e_part_0.csv', asCsv(large)],
			]);
			const { outputs } = await service.get<{ outputs: Output[] }>(`/batch/jobs/${id}/outputs`);
			const b = outputs.find(({ data }) => data.filename === 'b_part_0.csv')!;
			await service.steer.addOutputs(id, [
				{ ...part(1, large, 'other'), filename: 'b_part_1.csv', inputId: b.input_id },
				{ ...part(2, ['t0,on']), filename: 'b_part_2.csv', inputId: b.input_id },
			]);

			const { items, binary, error } = await combine(id, { maxConcurrentRequests }, onError);

			expect(error).toBeUndefined();
			expect(items[1]!.json).toMatchObject({ part_filename: 'b_part_1.csv' });
			expect(items[3]!.json).toMatchObject({ part_filename: 'd.bin' });
			const told = items.map(({ json }) => json.error ?? json.filename);
			expect(told).toEqual([
				'a.csv',
				expect.stringContaining('b_part_1.csv'),
				'c.csv',
				expect.stringContaining('d.bin'),
				'e.csv',
			]);
			for (const place of [0, 4]) {
				expect((await binary(items[place]!)).toString()).toBe(asCsv(large));
			}
			expect(atOnce()).toBeLessThanOrEqual(maxConcurrentRequests);
		},
	);

	test.each([
		['downloaded', 'download', {}],
		['combined', 'download', { combine: 'job' }],
		['read', 'readRows', {}],
	])('the log says how many files were %s', async (done, operation, options) => {
		const lines = jest.spyOn(logger, 'info');
		const names = Array.from({ length: 230 }, (_, number) => part(number, ['t,on']));
		await run(operation, await jobWith(names), { options });
		const said = lines.mock.calls.map(([line]) => line);
		lines.mockRestore();
		expect(said).toContain(`Archetype AI: 100 of 230 files ${done}`);
		expect(said).toContain(`Archetype AI: 200 of 230 files ${done}`);
	});
});

describe('Read Rows', () => {
	test('rows of CSV and JSONL with the file and input they are from', async () => {
		const id = await jobWith([part(0, ['t0,"on, warm"', 't1,"say ""hi""\nthere"'])]);

		const { items, error } = await run('readRows', id, { options: { includeSource: true } });

		expect(error).toBeUndefined();
		const [output] = (
			await service.get<{ outputs: Array<{ id: string; input_id: string | null }> }>(
				`/batch/jobs/${id}/outputs`,
			)
		).outputs;
		const source = {
			_output_id: output?.id,
			_filename: 'pred_pump7_part_0.csv',
			_input_id: output?.input_id,
		};
		expect(items.map(({ json }) => json)).toEqual([
			{ DATE_TIME: 't0', Prediction: 'on, warm', ...source, _row: 1 },
			{ DATE_TIME: 't1', Prediction: 'say "hi"\nthere', ...source, _row: 2 },
		]);
	});

	test('a file of several megabytes: quotes, CRLF and characters of several bytes across its chunks', async () => {
		const written = Array.from({ length: 20_000 }, (_, row) => ({
			text: `${row} 🙂, "quoted"\r\nänd ${'é'.repeat(row % 97)}`,
			number: `${row / 8}`,
		}));
		const content = stringify(written, { header: true, record_delimiter: '\r\n' });
		expect(content.length).toBeGreaterThan(1024 * 1024);
		const id = await jobWith([{ filename: 'r.csv', content }]);

		const { items, error } = await run('readRows', id);

		expect(error).toBeUndefined();
		expect(items.map(({ json: { text, number } }) => ({ text, number }))).toEqual(written);
	});

	test('columns of one name, and named like the source beside the row, all come', async () => {
		const id = await jobWith([
			{ filename: 'a.csv', content: 'a,a,a_2,_row\n1,2,3,4\n' },
			{ filename: 'b.jsonl', content: '{"_row":7,"_filename":"mine","a":1}\n' },
		]);
		const { items } = await run('readRows', id, { options: { includeSource: true } });
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ a: '1', a_3: '2', a_2: '3', _row_2: '4', _row: 1 }),
			expect.objectContaining({ _row_2: 7, _filename_2: 'mine', _filename: 'b.jsonl', a: 1 }),
		]);
		const chosen = await run('readRows', id, { options: { columns: 'a_3, _row_2, _row' } });
		expect(chosen.items[0]?.json).toEqual({ a_3: '2', _row_2: '4', _row: 1 });
	});

	test.each([
		[
			'more fields than columns',
			'a,b\n1,2\n"3\n",4,5\n6,7\n',
			'line 3 has 3 fields, but there are 2',
		],
		['a quote without an end', 'a,b\n1,2\n3,"4\n5,6\n', 'the quote that opens in line 3'],
	])('%s: an error that names file and line, and costs no other file', async (_, content, said) => {
		const id = await jobWith([
			{ filename: 'a.csv', content },
			{ filename: 'b.csv', content: 'a,b\n8,9\n' },
		]);
		const { error } = await run('readRows', id);
		expect(error?.message).toContain('a.csv');
		expect(error?.message).toContain(said);

		const { items, hints } = await run('readRows', id, {}, onError);
		expect(items.map(({ json }) => json.a ?? 'error')).toEqual(['1', 'error', '8']);
		expect(items[1]!.json).toMatchObject({ filename: 'a.csv', rows_read: 1 });
		expect(hints.join()).toMatch(
			/a\.csv: the first row was read; the rest, from row 2 on, is left out/,
		);
	});

	test('fields that are missing are empty, and empty ones too many are left out', async () => {
		const id = await jobWith([{ filename: 'a.csv', content: 'a,b\n1\n2,3,,\n' }]);
		const { items } = await run('readRows', id);
		expect(items.map(({ json: { a, b } }) => [a, b])).toEqual([
			['1', ''],
			['2', '3'],
		]);
	});

	test('Convert Numbers takes every way to write a number that a number can hold', async () => {
		const numbers = ['1', '-2', '0', '1.0', '2.50', '-0.5', '1e-05', '1E3', '6.02e+23'];
		const texts = [
			'007',
			'+1',
			'.5',
			'5.',
			'0x10',
			'1e400',
			'12345678901234567890',
			' 1',
			'',
			'NaN',
		];
		const content = ['x,y', ...[...numbers, ...texts].map((field) => `${field},`), ''].join('\n');
		const id = await jobWith([{ filename: 'a.csv', content }]);
		const { items } = await run('readRows', id, { options: { parseNumbers: true } });
		expect(items.map(({ json }) => json.x)).toEqual([...numbers.map(Number), ...texts]);
	});

	test('H13 Defuse Formulas quotes what a spreadsheet takes for one, and nothing by default', async () => {
		const content = 'a,=b,n\n=1+1,@x,-1.5\n';
		const id = await jobWith([{ filename: '=a.csv', content }]);
		const plain = await run('readRows', id, { options: { includeSource: true } });
		expect(plain.items[0]?.json).toMatchObject({ a: '=1+1', '=b': '@x', n: '-1.5' });
		const options = { defuseFormulas: true, includeSource: true, parseNumbers: true };
		const { items } = await run('readRows', id, { options });
		expect(items[0]?.json).toMatchObject({
			...{ a: "'=1+1", "'=b": "'@x", n: -1.5 },
			_filename: "'=a.csv",
		});
	});

	test('the name tells the kind of a file whose extension is empty', async () => {
		const text = { filename: 'x.jsonl', content: '{"ok":1}\n', fileType: 'text/plain' };
		const id = await jobWith([text]);
		await changeList(id, ([output]) => [
			{ ...output!, data: { ...output!.data, file_extension: '' } as Output['data'] },
		]);
		expect((await run('readRows', id)).items.map(({ json }) => json.ok)).toEqual([1]);
	});

	test('failed lines are passed on', async () => {
		const content =
			'{"line_index":0,"prediction":null,"error":"parse error"}\n\n{"line_index":1}\n';
		const id = await jobWith([{ filename: 'out.jsonl', content }]);
		const { items } = await run('readRows', id);
		expect(items.map(({ json }) => [json.line_index, json.prediction, json.error])).toEqual([
			[0, null, 'parse error'],
			[1, undefined, undefined],
		]);
	});

	test('Limit stops reading, Columns choose, numbers are text unless asked', async () => {
		const id = await jobWith([
			{ filename: 'n_part_0.csv', content: '\ufeffa,b\r\n1,007\r\n2.5,x\r\n' },
			{ filename: 'n_part_1.csv', content: 'a,b\n3,y\n' },
		]);
		const rows = async (parameters: INodeParameters) =>
			(await run('readRows', id, parameters)).items.map(({ json: { a, b } }) => [a, b]);

		expect(await rows({})).toEqual([
			['1', '007'],
			['2.5', 'x'],
			['3', 'y'],
		]);
		expect(await rows({ returnAll: false, limit: 2, options: { parseNumbers: true } })).toEqual([
			[1, '007'],
			[2.5, 'x'],
		]);
		expect(await rows({ returnAll: false, limit: 1, options: { columns: 'b' } })).toEqual([
			[undefined, '007'],
		]);
	});

	test('a line that is no JSON is an error that names file and line, and costs no other file', async () => {
		const id = await jobWith([
			{ filename: 'a.jsonl', content: '{"ok":1}\nnot json\n' },
			{ filename: 'b.jsonl', content: '{"ok":2}\n' },
		]);
		const { error } = await run('readRows', id);
		expect(error?.message).toContain('a.jsonl');
		expect(error?.message).toContain('line 2');

		const { items } = await run('readRows', id, {}, { onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json.ok ?? 'error')).toEqual([1, 'error', 2]);
	});
});

describe('Filters and options', () => {
	test('file name pattern and time, with Limit counting what passes', async () => {
		const id = await jobWith([part(0, []), { filename: 'log.txt', content: 'x' }, part(1, [])]);
		const names = async (parameters: INodeParameters) =>
			(await run('getMany', id, parameters)).items.map(({ json }) => json.filename).sort();

		expect(await names({ filters: { fileName: 'PRED_*_part_?.csv' } })).toEqual([
			'pred_pump7_part_0.csv',
			'pred_pump7_part_1.csv',
		]);
		expect(await names({ filters: { createdAfter: '2100-01-01T00:00:00Z' } })).toEqual([]);
		expect(await names({ returnAll: false, limit: 1, filters: { fileName: '*.txt' } })).toEqual([
			'log.txt',
		]);
	});

	describe('Created After', () => {
		const NEW_YORK = { timezone: 'America/New_York' };

		const created = async () => {
			const id = await jobWith([part(0, []), part(1, []), part(2, [])]);
			const times = ['2026-03-01T17:00:00Z', '2026-03-01T17:00:00.001Z', null];
			await changeList(id, (outputs) =>
				outputs
					.sort((a, b) => a.data.filename.localeCompare(b.data.filename))
					.map((output, place) => ({ ...output, created_at: times[place] })),
			);
			return id;
		};

		const namesAfter = async (createdAfter: unknown) => {
			const filters = { createdAfter } as INodeParameters;
			const result = await run('getMany', await created(), { filters }, undefined, NEW_YORK);
			return { ...result, names: result.items.map(({ json }) => json.filename) };
		};

		test.each([
			["the picker's, without a zone: the workflow's counts", '2026-03-01T12:00:00'],
			['with an offset', '2026-03-01T18:00:00+01:00'],
			['UTC', '2026-03-01T17:00:00.000Z'],
			['by its month', 'March 1, 2026 12:00'],
			['by its month, as an expression', '={{ "1 Mar 2026 12:00" }}'],
			['without a T', '2026-03-01 12:00'],
			['with slashes', '2026/3/1 12:00:00'],
			['in ms since 1970', '={{ 1772384400000 }}'],
			['of an expression', '={{ DateTime.fromISO("2026-03-01T17:00:00Z") }}'],
			['of an expression in the zone of the workflow', '={{ DateTime.local(2026, 3, 1, 12) }}'],
		])('a time %s', async (_, createdAfter) => {
			const { names, error } = await namesAfter(createdAfter);
			expect(error).toBeUndefined();
			// An output with an unknown time may be new.
			expect(names).toEqual(['pred_pump7_part_1.csv', 'pred_pump7_part_2.csv']);
		});

		test.each([
			'yesterday',
			'2026-13-01',
			'2/6/2026',
			'01.03.2026',
			'={{ DateTime.invalid("x") }}',
		])('%s is an error, and not every file there is', async (createdAfter) => {
			const { error } = await namesAfter(createdAfter);
			expect(error?.message).toContain('"Created After" cannot be');
		});

		test('an empty one is no filter', async () => {
			expect((await namesAfter('')).names).toHaveLength(3);
		});
	});

	test('more bytes than Max Total Size: an error before anything is downloaded', async () => {
		const [id = ''] = service.steer.seed({ outputs: 3, outputBytes: 900_000 }).ids;
		const { error } = await run('download', id, { options: { maxTotalSize: 2 } });
		expect(error?.message).toContain('2.7 MB together');
		expect(service.steer.stats().storage.requests).toBe(0);
	});

	test('Max Total Size is no limit that cannot be kept: a file of unknown size', async () => {
		const id = await jobWith([part(0, []), part(1, [])]);
		await changeList(id, ([first, second]) => [first!, withSize(second!, null)]);
		const { error } = await run('download', id, { options: { maxTotalSize: 2 } });
		expect(error?.message).toMatch(/does not say how large pred_pump7_part_\d.csv is/);
		expect(service.steer.stats().storage.requests).toBe(0);
		expect((await run('download', id)).items).toHaveLength(2);
	});
});
