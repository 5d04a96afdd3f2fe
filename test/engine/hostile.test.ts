// What a service sends in place of IDs, names and lists, in n8n's engine: it is rejected by name
// and does not affect its neighbours.
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import {
	credentialFor,
	loadOptions,
	pollTrigger,
	runNode,
	searchList,
	useSandbox,
} from './harness';
import { Gateway, mapJobs } from './trigger-gateway';
import type { Passing } from './trigger-gateway';

const service = useSandbox();
let gateway: Gateway;

beforeEach(async () => {
	gateway = new Gateway(service.url, service.apiKey);
	await gateway.listen();
});
afterEach(() => gateway.close());

const credential = () => credentialFor({ ...service, url: gateway.url });
const outputs = (operation: string, more: INodeParameters = {}): INodeParameters => ({
	...{ resource: 'output', operation, returnAll: true, filters: {}, options: {} },
	jobId: { __rl: true, mode: 'id', value: 'job_1' },
	...more,
});

const ODD_IDS = [
	...['../../admin', 'a/b', '.', '..', '%2e%2e', 'a b', 'job_ü', '\u202ejob', 'x'.repeat(101), ''],
	...['job?limit=1', 'job#1', 'a\\b', '<img src=x>', 'job_1\n'],
];
const PLAIN_IDS = ['constructor', '__proto__', 'hasOwnProperty', 'toString', 'valueOf', '-', '_'];

test('H1 H2 rows whose IDs are paths, markup or words of the language: the good job is reported', async () => {
	const { ids } = service.steer.seed({ count: 30, status: 'RUNNING' });
	const good = ids[0]!;
	const others = [...ODD_IDS, ...PLAIN_IDS];
	const idOf = new Map(ids.slice(1).map((id, at) => [id, others[at] ?? id]));
	gateway.handle = async (url, pass) =>
		/jobs$/.test(url.pathname)
			? mapJobs(await pass(), (row) => ({ ...row, id: idOf.get(row.id as string) ?? row.id }))
			: await pass();
	let staticData: IDataObject = {};
	const log: string[] = [];
	const events: string[] = [];
	const poll = async () => {
		const job = { __rl: true, mode: 'any', value: '' };
		const result = await pollTrigger({ job }, { credential: credential(), staticData });
		({ staticData } = result);
		log.push(...result.log);
		events.push(...(result.items ?? []).map(({ json }) => json.id as string));
	};
	await poll();
	await service.steer.clock({ advance: 60_000 });
	for (const id of ids) service.steer.setJobStatus(id, { status: 'COMPLETED' });
	await poll();
	await service.steer.clock({ advance: 60_000 });
	await poll();
	expect(events).toContain(good);
	for (const id of PLAIN_IDS) expect(events.filter((event) => event === id)).toEqual([id]);
	for (const id of ODD_IDS) expect(events).not.toContain(id);
	expect(log.join('\n')).toContain('Not an ID');
	const asked = gateway.asked.filter((path) => /admin|%2e|\.\./.test(path));
	expect(asked).toEqual([]);
});

test.each(ODD_IDS)('H1 an output whose ID is %j is an error that says so', async (id) => {
	const row = { id, port_name: 'p', data: { ref: '/files/download/x', filename: 'keys' } };
	const body = { total: 1, offset: 0, limit: 100, outputs: [row] };
	gateway.handle = async () => ({ status: 200, headers: {}, body });
	for (const operation of ['getMany', 'download', 'readRows']) {
		const { error, items } = await runNode(outputs(operation), { credential: credential() });
		expect(items).toEqual([]);
		expect(error?.message).toContain('Not an ID');
		expect(error?.message).not.toMatch(/[<>\n]/);
	}
	expect(gateway.asked.some((path) => path.includes('download'))).toBe(false);
});

test('H5 H7 a name and a link of any length are an error that says so', async () => {
	for (const data of [
		{ ref: '/files/download/x', filename: 'n'.repeat(4_097) },
		{ ref: `/files/${'x'.repeat(65_536)}`, filename: 'n' },
	]) {
		const body = { total: 1, outputs: [{ id: 'out_1', port_name: 'p', data }] };
		gateway.handle = async () => ({ status: 200, headers: {}, body });
		const { error } = await runNode(outputs('download'), { credential: credential() });
		expect(error?.message).toMatch(/String must contain at most (4096|65536) character/);
	}
});

test('H5 an endless list under a File Name filter ends in an error', async () => {
	const size = 20_000;
	gateway.handle = async (url) => {
		const offset = Number(url.searchParams.get('offset'));
		const rows = Array.from({ length: size }, (_, at) => ({
			...{ id: `out_${offset + at}`, port_name: 'p' },
			data: { ref: '/files/download/x', filename: 'a.csv' },
		}));
		return { status: 200, headers: {}, body: { total: 1e15, offset, limit: size, outputs: rows } };
	};
	const filters = { fileName: 'none_*.csv' };
	const { error } = await runNode(outputs('getMany', { filters }), { credential: credential() });
	expect(error?.message).toBe(
		'The service lists more than 100000 outputs, which is too many to search',
	);
	expect(gateway.asked.length).toBeLessThan(20);
}, 120_000);

test('H9 a link that redirects in circles is given up after five, with the file', async () => {
	const data = { ref: '/files/download/x', filename: 'a.csv' };
	const body = { total: 1, outputs: [{ id: 'out_1', port_name: 'p', data }] };
	const list: Passing = { status: 200, headers: {}, body };
	gateway.handle = async ({ pathname }) =>
		pathname.endsWith('/outputs')
			? list
			: { status: 302, headers: { location: pathname }, body: {} };
	const { error } = await runNode(outputs('download'), { credential: credential() });
	expect(error?.message).toContain('File a.csv (out_1)');
	expect(error?.message).toContain('its link redirects without end');
	expect(gateway.asked.filter((path) => path.includes('download'))).toHaveLength(6);
});

test('H7 a hint that names files and columns of others is text, and no markup', async () => {
	const [jobId = ''] = service.steer.seed({ outputs: 0 }).ids;
	const filename = '&lt;a href=x&gt;\u202e\n.jsonl';
	await service.steer.addOutputs(jobId, [{ filename, content: '{"a":1e400}\n{"a":2}\n' }]);
	const columns = ['a', '<a href="https://evil.example">Sign in</a>'];
	const { hints } = await runNode(
		outputs('readRows', {
			...{ jobId: { __rl: true, mode: 'id', value: jobId }, returnAll: false, limit: '={{ 1 }}' },
			options: { columns },
		}),
		{ credential: service.credential },
	);
	const said = hints.join('\n');
	expect(said).toContain('Sign in');
	expect(said).toContain('numbers that would not be exact');
	expect(said).not.toMatch(/[<>\u202e]|&lt;/);
});

test('H7 a port whose name is an expression cannot be chosen: n8n would run it', async () => {
	const names = ['={{ $env.HOME }}', '=1', 'worker.results'];
	const body = {
		total: names.length,
		outputs: names.map((port_name, at) => ({
			...{ id: `out_${at}`, port_name },
			data: { ref: '/files/download/x', filename: 'a.csv' },
		})),
	};
	gateway.handle = async () => ({ status: 200, headers: {}, body });
	const parameters = { jobId: { __rl: true, mode: 'id', value: 'job_1' } };
	const ports = await loadOptions('getOutputPorts', { credential: credential(), parameters });
	expect(ports.map(({ value }) => value)).toEqual(['', 'worker.results']);
});

test('H7 a job whose name is an expression is shown as text: n8n would run the label', async () => {
	service.steer.reset();
	service.steer.seed({ name: '={{ $env.HOME }}' });
	const { results } = await searchList('searchJobs', { credential: service.credential });
	expect(results[0]?.name).toMatch(/^"=\{\{ \$env\.HOME \}\}-1" \(/);
});

test('H7 files and pipelines whose names are expressions cannot be chosen: n8n would run them', async () => {
	const odd = '={{ $env.HOME }}';
	const row = { pipeline_version: '1.0.0', status: 'published' };
	const pipelines = [
		{ ...row, id: 'ppl_1', pipeline_key: odd, name: odd },
		{ ...row, id: 'ppl_2', pipeline_key: 'plain', name: odd },
	];
	gateway.handle = async ({ pathname }) => ({
		...{ status: 200, headers: {} },
		body: pathname.endsWith('/files/metadata')
			? [{ file_id: odd }, { file_id: 'a.csv' }]
			: { total: pipelines.length, pipelines },
	});
	const files = await searchList('searchFiles', { credential: credential() });
	expect(files.results.map(({ value }) => value)).toEqual(['a.csv']);
	const found = await searchList('searchPipelines', { credential: credential() });
	expect(found.results.map(({ value }) => value)).toEqual(['plain', 'plain@1.0.0']);
	expect(found.results.filter(({ name }) => name.startsWith('='))).toEqual([]);
});
