import type { INodeParameters } from 'n8n-workflow';

import { deduplicator, runAlone, runNode, TOOL, useSandbox } from './harness';

const service = useSandbox();
const locator = (value: string) => ({ __rl: true, mode: 'id', value });

const run = (parameters: INodeParameters, items = [{ json: {} }]) =>
	runNode(parameters, { credential: service.credential, items });
const ofJob = (operation: string, jobId: string, parameters: INodeParameters = {}) =>
	run({ resource: 'output', operation, jobId: locator(jobId), ...parameters });

/** A job with two CSV files of three rows each. */
async function jobWithRows(): Promise<string> {
	const [id = ''] = service.steer.seed({ outputs: 0, inputs: 2 }).ids;
	await service.steer.addOutputs(id, [
		{ filename: 'a.csv', content: 'x\n1\n2\n3\n' },
		{ filename: 'b.csv', content: 'x\n4\n5\n6\n' },
	]);
	return id;
}

describe('a list that stops at its Limit says so', () => {
	/** Sets Limit by an expression: for a literal number, the editor shows a hint of its own. */
	const limited = (limit: number) => ({ returnAll: false, limit: `={{ ${limit} }}` });
	const said = (limit: number, rows: string) =>
		`Limit of ${limit} ${limit === 1 ? rows.slice(0, -1) : rows} reached; there are more. Turn on Return All, or raise Limit.`;

	test.each([
		['jobs', { resource: 'job', operation: 'getMany' }],
		['jobs', { resource: 'job', operation: 'getMany', filters: { status: ['COMPLETED'] } }],
		['inputs', { resource: 'input', operation: 'getMany' }],
		['inputs', { resource: 'input', operation: 'getManyProgress' }],
		['outputs', { resource: 'output', operation: 'getMany' }],
		['outputs', { resource: 'output', operation: 'getMany', filters: { fileName: '*' } }],
		['files', { resource: 'output', operation: 'download' }],
	])('%s %j', async (rows, parameters) => {
		const [jobId = ''] = service.steer.seed({ count: 4, inputs: 4, shots: 0, outputs: 4 }).ids;
		const all = { ...parameters, jobId: locator(jobId) };
		const cut = await run({ ...all, ...limited(3) });
		expect(cut.items).toHaveLength(3);
		expect(cut.hints).toEqual([said(3, rows)]);
		const whole = await run({ ...all, ...limited(4) });
		expect(whole.items).toHaveLength(4);
		expect(whole.hints).toEqual([]);
	});

	test.each([1, 2, 3, 5])('rows, of six: %d', async (limit) => {
		const { items, hints } = await ofJob('readRows', await jobWithRows(), limited(limit));
		expect(items).toHaveLength(limit);
		expect(hints).toEqual([said(limit, 'rows')]);
	});

	test('and not when there are no more', async () => {
		expect((await ofJob('readRows', await jobWithRows(), limited(6))).hints).toEqual([]);
		expect((await ofJob('readRows', await jobWithRows())).hints).toEqual([]);
	});

	test('a row behind the Limit that cannot be read is no error', async () => {
		const [id = ''] = service.steer.seed({ outputs: 0 }).ids;
		await service.steer.addOutputs(id, [{ filename: 'a.csv', content: 'x\n1\n"2' }]);
		const { items, error, hints } = await ofJob('readRows', id, limited(1));
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json)).toEqual([{ x: '1' }]);
		expect(hints).toEqual([said(1, 'rows')]);
	});

	test('several statuses: also when the next list would follow', async () => {
		service.steer.seed({ count: 2, status: 'RUNNING' });
		service.steer.seed({ count: 2, status: 'FAILED' });
		const parameters = { resource: 'job', operation: 'getMany', ...limited(2) };
		const both = await run({ ...parameters, filters: { status: ['RUNNING', 'FAILED'] } });
		expect(both.hints).toEqual([said(2, 'jobs')]);
		const one = await run({ ...parameters, filters: { status: ['RUNNING', 'CANCELLED'] } });
		expect(one.hints).toEqual([]);
	});

	test('once, and not beside the hint that the editor has of its own', async () => {
		service.steer.seed({ count: 4 });
		const parameters = { resource: 'job', operation: 'getMany', returnAll: false, limit: 3 };
		expect((await run(parameters)).hints).toEqual([]);
		const items = [{ json: {} }, { json: {} }];
		expect((await run(parameters, items)).hints).toEqual([said(3, 'jobs')]);
	});

	test('an agent reads it in the last item, and has a Limit unless it is turned off', async () => {
		const jobId = await jobWithRows();
		const rows = Array.from({ length: 60 }, (_, row) => `${row}\n`).join('');
		await service.steer.addOutputs(jobId, [{ filename: 'c.csv', content: `x\n${rows}` }]);
		const asTool = async (more: INodeParameters) => {
			const parameters = { resource: 'output', operation: 'readRows', jobId: locator(jobId) };
			const node = { name: 'Tool', type: TOOL, parameters: { ...parameters, ...more } };
			return (await runAlone(node, { credential: service.credential })).items;
		};
		const items = await asTool({});
		expect(items).toHaveLength(50);
		expect(items.at(-1)?.json._more).toBe(said(50, 'rows'));
		expect(items.slice(0, -1).filter(({ json }) => '_more' in json)).toEqual([]);
		expect(await asTool({ returnAll: true })).toHaveLength(66);
		expect(JSON.stringify(await asTool({ returnAll: true }))).not.toContain('_more');
	});
});

describe('nothing to return is explained', () => {
	test('filters that leave nothing', async () => {
		const [id = ''] = service.steer.seed({ outputs: 2 }).ids;
		const noJob = { resource: 'job', operation: 'getMany', filters: { search: 'nothing' } };
		expect((await run(noJob)).hints).toEqual(['No jobs match the filters.']);
		for (const operation of ['getMany', 'download', 'readRows']) {
			const { hints } = await ofJob(operation, id, { filters: { fileName: '*.nope' } });
			expect(hints).toEqual(['No outputs match the filters.']);
		}
	});

	test('a job without outputs', async () => {
		const [id = ''] = service.steer.seed({ status: 'RUNNING', outputs: 0 }).ids;
		for (const operation of ['getMany', 'download', 'readRows']) {
			expect((await ofJob(operation, id)).hints).toEqual(['There are no outputs yet.']);
		}
	});

	test('files without rows', async () => {
		const [id = ''] = service.steer.seed({ outputs: 0 }).ids;
		await service.steer.addOutputs(id, [{ filename: 'a.csv', content: 'x,y\n' }]);
		expect((await ofJob('readRows', id)).hints).toEqual(['The files have no rows.']);
	});

	test('many items say the same once', async () => {
		service.steer.seed();
		const parameters = { resource: 'job', operation: 'getMany', filters: { search: 'nothing' } };
		const items = Array.from({ length: 20 }, () => ({ json: {} }));
		expect((await run(parameters, items)).hints).toEqual(['No jobs match the filters.']);
	});
});

test('files left out because they were downloaded before are counted', async () => {
	const [id = ''] = service.steer.seed({ outputs: 3 }).ids;
	deduplicator.clear();
	const download = () =>
		runNode(
			{
				...{ resource: 'output', operation: 'download', jobId: locator(id) },
				options: { skipDownloaded: true },
			},
			{ credential: service.credential, mode: 'trigger' },
		);
	expect((await download()).hints).toEqual([]);
	expect((await download()).hints).toEqual([
		'3 files were left out: this node downloaded them before (Skip Files Already Downloaded).',
	]);
});
