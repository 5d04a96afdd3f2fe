import type { INodeParameters } from 'n8n-workflow';

import { runNode, useSandbox } from './harness';

const service = useSandbox();
const run = (parameters: INodeParameters) =>
	runNode(parameters, { credential: service.credential, items: [{ json: { on: 'no' } }] });

const locator = (value: unknown) => ({ __rl: true, mode: 'id', value }) as never;

/** Parameters of Job: Get Many, and the results they give when read as intended. */
describe('what can be meant is taken', () => {
	test.each<[string, object, number]>([
		['Return All "false"', { returnAll: '={{ "false" }}', limit: 2 }, 2],
		['Return All by an expression of a text', { returnAll: '={{ $json.on }}', limit: 2 }, 2],
		['Return All "TRUE"', { returnAll: '={{ "TRUE" }}' }, 6],
		['Return All 1', { returnAll: '={{ 1 }}' }, 6],
		['Limit "2"', { returnAll: false, limit: '={{ " 2 " }}' }, 2],
		['a status in another case', { filters: { status: '={{ "failed" }}' } }, 2],
		['statuses with commas', { filters: { status: '={{ "Failed, running" }}' } }, 3],
		['a list of statuses', { filters: { status: '={{ ["RUNNING", "failed"] }}' } }, 3],
		['a list of statuses as text', { filters: { status: '={{ \'["Failed"]\' }}' } }, 2],
		['no status', { filters: { status: '={{ [] }}' } }, 6],
		['an empty text as status', { filters: { status: '={{ "" }}' } }, 6],
		['a pipeline type in another case', { filters: { pipelineType: '={{ "BATCH" }}' } }, 6],
		['Filters that are null', { filters: null }, 6],
		['a filter that is null', { filters: { status: null, search: null } }, 6],
		['an empty search', { filters: { search: '={{ "" }}' } }, 6],
	])('%s', async (_, parameters, expected) => {
		service.steer.seed({ count: 3 });
		service.steer.seed({ count: 2, status: 'FAILED' });
		service.steer.seed({ count: 1, status: 'RUNNING' });
		const { items, error } = await run({ resource: 'job', operation: 'getMany', ...parameters });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(expected);
	});

	test('Simplify "true" and "false"', async () => {
		service.steer.seed();
		const fields = async (simplify: string) => {
			const { items } = await run({ resource: 'job', operation: 'getMany', simplify });
			return Object.keys(items[0]!.json);
		};
		expect(await fields('={{ "false" }}')).toContain('pipeline_version');
		expect(await fields('={{ "true" }}')).not.toContain('pipeline_version');
	});

	test('a job ID as plain text, and in an object without a mode', async () => {
		const [id = ''] = service.steer.seed().ids;
		for (const jobId of [id, ` ${id}\n`, { value: id }, locator(id)]) {
			const { items, error } = await run({ resource: 'job', operation: 'get', jobId });
			expect(error).toBeUndefined();
			expect(items[0]?.json.id).toBe(id);
		}
	});

	test('S7 Columns that are null are all columns', async () => {
		const [id = ''] = service.steer.seed({ outputs: 1 }).ids;
		const rows = { resource: 'output', operation: 'readRows', jobId: locator(id) };
		const options = { columns: null, delimiter: null, parseNumbers: null, maxTotalSize: null };
		const { items, error } = await run({ ...rows, options });
		expect(error).toBeUndefined();
		expect(Object.keys(items[0]!.json).length).toBeGreaterThan(1);
	});

	test('S7 a job ID in a locator as text', async () => {
		const [id = ''] = service.steer.seed().ids;
		const jobId = JSON.stringify({ mode: 'id', value: id });
		const { items } = await run({
			resource: 'job',
			operation: 'get',
			jobId: `={{ ${JSON.stringify(jobId)} }}`,
		});
		expect(items[0]?.json.id).toBe(id);
	});

	test('a number as File Name, and a size with its unit', async () => {
		const [id = ''] = service.steer.seed({ outputs: 2, outputBytes: 900_000 }).ids;
		const download = (more: object) =>
			run({ resource: 'output', operation: 'download', jobId: locator(id), ...more });
		expect((await download({ filters: { fileName: '={{ 5 }}' } })).items).toEqual([]);
		const tooLarge = await download({ options: { maxTotalSize: '={{ "1 MB" }}' } });
		expect(tooLarge.error?.message).toContain('more than Max Total Size allows (1 MB)');
		const fits = await download({ options: { maxTotalSize: '={{ "0.01 GB" }}' } });
		expect(fits.items).toHaveLength(2);
	});
});

describe('what cannot be meant is an error that names the field, and asks the service for nothing', () => {
	test.each<[string, string, object]>([
		['Return All', '"maybe"', { returnAll: '={{ "maybe" }}' }],
		['Limit', '"all"', { returnAll: false, limit: '={{ "all" }}' }],
		['Limit', '2.5', { returnAll: false, limit: '={{ 2.5 }}' }],
		['Limit', '0', { returnAll: false, limit: '={{ 0 }}' }],
		['Simplify', '{"a":1}', { simplify: '={{ ({ a: 1 }) }}' }],
		['Status', '"done"', { filters: { status: '={{ "done" }}' } }],
		['Status', '"done"', { filters: { status: '={{ ["failed", "done"] }}' } }],
		['Pipeline Type', '"both"', { filters: { pipelineType: '={{ "both" }}' } }],
		['Search', '{"a":1}', { filters: { search: '={{ ({ a: 1 }) }}' } }],
		['Filters', '"a text"', { filters: '={{ ({ status: "FAILED" }) }}' }],
		['Filters', '"a text"', { filters: 'status=FAILED' }],
		['Max Concurrent Requests', '1000', { options: { maxConcurrentRequests: '={{ 1000 }}' } }],
		['Max Concurrent Requests', '"many"', { options: { maxConcurrentRequests: '={{ "many" }}' } }],
	])('%s %s', async (field, value, parameters) => {
		const { error } = await run({ resource: 'job', operation: 'getMany', ...parameters });
		expect(error?.message).toBe(`"${field}" cannot be ${value}`);
		expect(error).toMatchObject({ context: { itemIndex: 0 } });
		expect(service.steer.requests()).toEqual([]);
	});

	test('the choices are named', async () => {
		const filters = { status: '={{ "done" }}' };
		const { error } = await run({ resource: 'job', operation: 'getMany', filters });
		expect(error?.description).toContain(
			'Admitted, Cancelled, Completed, Failed, Pending, Preempted, Running',
		);
	});

	test.each<[string, string, object]>([
		['Columns', 'readRows', { options: { columns: '={{ null }}' } }],
		['Input ID', 'download', { filters: { inputId: '={{ $json.nope }}' } }],
		['Port Name or ID', 'getMany', { filters: { portName: '={{ $json.nope }}' } }],
		['Created After', 'getMany', { filters: { createdAfter: '={{ undefined }}' } }],
		['File Name', 'getMany', { filters: { fileName: '={{ null }}' } }],
		['Combine', 'download', { options: { combine: '={{ $json.nope }}' } }],
	])('%s that an expression left without a value', async (field, operation, parameters) => {
		const [id = ''] = service.steer.seed({ outputs: 2 }).ids;
		const jobId = locator(id);
		const { error, items } = await run({ resource: 'output', operation, jobId, ...parameters });
		expect(error?.message).toBe(`"${field}" has no value: its expression gives nothing`);
		expect(items).toEqual([]);
	});

	test.each<[string, unknown]>([
		['plain, nothing', '={{ $json.nope }}'],
		['nothing', locator('={{ $json.nope }}')],
		['an empty text', locator('={{ "" }}')],
		['blanks', locator('={{ "  " }}')],
	])('a job that an expression left without an ID: %s', async (_, jobId) => {
		const { error } = await run({ resource: 'job', operation: 'get', jobId: jobId as never });
		expect(error?.message).toMatch(/^No job was chosen|^"Job" has no value/);
		expect(service.steer.requests()).toEqual([]);
	});
});
