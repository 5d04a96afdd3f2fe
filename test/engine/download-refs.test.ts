// Where links lead and how files are told apart when the service puts it in unusual ways.
import { useDownloads } from './harness/downloads';
import { runOnOutputs } from './harness/outputs';
import { jobThatLists } from './harness/refs';
import { useServer } from './harness/useServer';

const { service, requestsTo } = useDownloads();

let redirect: string | undefined;
const storage = useServer((_, response) => {
	if (redirect !== undefined) return response.writeHead(302, { location: redirect }).end();
	return response.end('a,b\n1,2\n');
});
beforeEach(() => (redirect = undefined));

const run = (id: string, options: Record<string, string> = {}) =>
	runOnOutputs(service, id, { operation: 'download', returnAll: true, options });

const asked = () =>
	requestsTo('api')
		.map(({ url }) => url)
		.filter((url) => !url.includes('/outputs'));

test.each([
	['/files/download/a b#c?d.csv', '/v0.5/files/download/a%20b%23c%3Fd.csv'],
	['/v0.5/files/download/fil_1', '/v0.5/files/download/fil_1'],
])('F13 the ref %s is asked for as it is meant', async (ref, url) => {
	await run(await jobThatLists(service, [{ data: { ref, num_bytes: null } }]));
	expect(asked()).toEqual([url]);
});

test('H9 a ref that leaves the Base URL is an error, and nothing is asked', async () => {
	const { error } = await run(await jobThatLists(service, [{ data: { ref: '/../../admin' } }]));
	expect(error?.message).toContain('leads out of the Base URL');
	expect(asked()).toEqual([]);
});

test('F11 inputs that are known by their files alone stay apart', async () => {
	const part = { data: { ref: storage.url, num_bytes: null, filename: 'r.csv' }, input_id: null };
	const id = await jobThatLists(service, [
		{ ...part, input_file_id: 'fil_1' },
		{ ...part, input_file_id: 'fil_2' },
		{ ...part, input_file_id: 'fil_1' },
	]);
	const { items, error } = await run(id, { combine: 'input' });
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => [json.input_file_id, json.parts])).toEqual([
		['fil_1', 2],
		['fil_2', 1],
	]);
	// F12: their files have different names, too.
	expect(items.map(({ json }) => json.filename)).toEqual(['r.csv', 'r_2.csv']);
});

test('F12 files of several items have names that differ', async () => {
	const data = { ref: storage.url, num_bytes: null, filename: 'Results.csv' };
	const id = await jobThatLists(service, [
		{ data },
		{ data: { ...data, filename: 'results.csv' } },
	]);
	const parameters = { operation: 'download', returnAll: true };
	const { items } = await runOnOutputs(service, id, parameters, {
		items: [{ json: {} }, { json: {} }],
	});
	const names = items.map(({ binary }) => binary?.data?.fileName?.toLowerCase());
	expect(new Set(names).size).toBe(4);
});
