import type { INodeParameters } from 'n8n-workflow';

import type { OutputRequest } from '../../sandbox/adding-outputs';
import type { ServerResponse } from 'node:http';

import { keepFilesInMemory, runNode, useSandbox } from './harness';
import { jobThatLists } from './harness/refs';
import { useServer } from './harness/useServer';

const service = useSandbox();
const MB = 1e6;

let answer: (response: ServerResponse) => void;
const storage = useServer((_, response) => answer(response));

async function jobWith(outputs: OutputRequest[]): Promise<string> {
	const [id = ''] = service.steer.seed({ outputs: 0, inputs: 2 }).ids;
	await service.steer.addOutputs(id, outputs);
	return id;
}

const run = (operation: string, id: string, parameters: INodeParameters = {}) =>
	runNode(
		{
			...{ resource: 'output', operation, jobId: { __rl: true, mode: 'id', value: id } },
			...parameters,
		},
		{ credential: service.credential },
	);

/** A file that the service says is this large. */
const claims = (filename: string, megabytes: number): OutputRequest => ({
	...{ filename, content: 'x\n1\n', numBytes: megabytes * MB },
});

const filesAsked = () => service.steer.stats().storage.requests;

describe('where n8n keeps files on disk', () => {
	test('files of any size are downloaded', async () => {
		const id = await jobWith([{ filename: 'large.csv', bytes: 60 * MB }]);
		const { items, hints, error } = await run('download', id);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(hints).toEqual([]);
	});

	test('Read Rows refuses before it reads what does not fit into memory as items, and says how to raise it', async () => {
		const id = await jobWith([claims('a.csv', 30), claims('b.csv', 30)]);
		const { error } = await run('readRows', id);
		expect(error?.message).toBe(
			'The 2 files have 60 MB together, too much to read whole: n8n keeps every row in memory as an item',
		);
		expect(error?.description).toMatch(/Nothing was downloaded.*set a Limit.*Max Total Size/);
		expect(filesAsked()).toBe(0);

		// Both read on and notice that the service miscounted.
		const raised = await run('readRows', id, { options: { maxTotalSize: 100 } });
		expect(raised.error?.message).toContain('bytes arrived instead of');
		const limited = await run('readRows', id, { returnAll: false, limit: 1 });
		expect(limited.items.map(({ json }) => json)).toEqual([{ x: '1' }]);
	});

	test('Max Total Size of Read Rows', async () => {
		const id = await jobWith([claims('a.csv', 3)]);
		const { error } = await run('readRows', id, { options: { maxTotalSize: 2 } });
		expect(error?.message).toBe('The file has 3 MB, more than Max Total Size allows (2 MB)');
	});

	test('the files of several items count together', async () => {
		const ids = [await jobWith([claims('a.csv', 15)]), await jobWith([claims('b.csv', 15)])];
		const both = (operation: string, options: INodeParameters) =>
			runNode(
				{
					...{ resource: 'output', operation, options },
					jobId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				},
				{
					credential: service.credential,
					items: ids.map((id) => ({ json: { id } })),
					settings: { onError: 'continueRegularOutput' },
				},
			);
		const rows = await both('readRows', {});
		expect(rows.items.at(-1)?.json.error).toContain(
			'The files of this item have 15 MB, and 30 MB with those of the items before, too much',
		);
		const downloads = await both('download', { maxTotalSize: 20 });
		expect(downloads.items.at(-1)?.json.error).toContain('more than Max Total Size allows (20 MB)');
	});

	test('sizes that the service does not say are no secret', async () => {
		const id = await jobWith([claims('a.csv', 1), claims('b.csv', 1)]);
		const path = `/batch/jobs/${id}/outputs`;
		const list = await service.get<{ outputs: Array<{ data: object }> }>(path);
		const outputs = list.outputs.map((output) => ({
			...output,
			data: { ...output.data, num_bytes: null },
		}));
		service.steer.faults({ kind: 'body', path, body: { ...list, outputs }, times: null });
		const { items, hints } = await run('readRows', id);
		expect(items).toHaveLength(2);
		expect(hints).toEqual([
			'The service does not say how large 2 of the 2 files are, so their size was not checked before reading.',
		]);
	});
});

describe('where n8n keeps files in memory', () => {
	beforeAll(keepFilesInMemory);

	test('F15: one file that is too large for it is an error before the transfer, which names mode and setting', async () => {
		const id = await jobWith([claims('large.csv', 600)]);
		for (const options of [{}, { maxTotalSize: 1_000 }]) {
			const { error } = await run('download', id, { options });
			expect(error?.message).toBe('large.csv is 600 MB, more than n8n can keep in memory (403 MB)');
			expect(error?.description).toContain('Set N8N_DEFAULT_BINARY_DATA_MODE to filesystem');
		}
		expect(filesAsked()).toBe(0);
	});

	test('F15: parts that are too large once they are combined', async () => {
		const id = await jobWith([claims('r_part_0.csv', 300), claims('r_part_1.csv', 300)]);
		const { error } = await run('download', id, {
			options: { combine: 'input', maxTotalSize: 1_000 },
		});
		expect(error?.message).toContain('r.csv is 600 MB, more than n8n can keep in memory');
		expect(filesAsked()).toBe(0);
	});

	test('many files that are too large together, unless Max Total Size allows it', async () => {
		const id = await jobWith([claims('a.csv', 150), claims('b.csv', 150)]);
		const { error } = await run('download', id);
		expect(error?.message).toBe(
			'The 2 files have 300 MB together, and n8n would keep all of it in memory',
		);
		expect(error?.description).toMatch(/N8N_DEFAULT_BINARY_DATA_MODE.*option Max Total Size/);
		expect(filesAsked()).toBe(0);

		const raised = await run('download', id, { options: { maxTotalSize: 400 } });
		expect(raised.error?.message).toContain('bytes arrived instead of');
	});

	test('a hint where it is only risky, and none where it is not', async () => {
		const large = await jobWith([{ filename: 'large.csv', bytes: 51 * MB }]);
		const { items, hints } = await run('download', large);
		expect(items).toHaveLength(1);
		expect(hints).toEqual([
			'The file has 51 MB, and n8n needs about six times as much memory for it. Set N8N_DEFAULT_BINARY_DATA_MODE to filesystem to keep them on disk.',
		]);
		const small = await jobWith([{ filename: 'small.csv', bytes: MB }]);
		expect((await run('download', small)).hints).toEqual([]);
	});

	test.each([
		['says it in its headers', true],
		['never says it', false],
	])(
		'F15: a size that the service does not say, while the storage %s',
		async (_, isSaid) => {
			let sent = 0;
			answer = (response) => {
				response.writeHead(200, isSaid ? { 'content-length': 600 * MB } : {});
				const block = Buffer.from('a,b\n'.repeat(MB / 4));
				const more = () => {
					if (response.destroyed || sent >= 600 * MB) return response.end();
					sent += MB;
					return response.write(block, more);
				};
				more();
			};
			const id = await jobThatLists(service, [{ data: { ref: storage.url, num_bytes: null } }]);
			for (const parameters of [{}, { options: { combine: 'job' } }]) {
				sent = 0;
				const { error } = await run('download', id, { returnAll: true, ...parameters });
				expect(error?.message).toMatch(/ MB or more, too much for n8n's memory$/);
				expect(error?.description).toContain('Set N8N_DEFAULT_BINARY_DATA_MODE to filesystem');
				expect(sent).toBeLessThan((isSaid ? 20 : 260) * MB);
			}
			sent = 0;
			const { error } = await run('readRows', id, { returnAll: true });
			expect(error?.message).toMatch(/ MB or more, too much for n8n's memory$/);
			expect(sent).toBeLessThan(60 * MB);
		},
		120_000,
	);
});

test.each([
	['readRows', {}],
	['readRows', { options: { maxTotalSize: 20 } }],
	['download', { options: { maxTotalSize: 20 } }],
])(
	'with On Error: Continue, an item that was refused does not count for those after it: %s %j',
	async (operation, parameters) => {
		const large = await jobWith([claims('large.csv', 30)]);
		const small = await jobWith([{ filename: 'small.csv', content: 'x\n1\n' }]);
		const jobId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
		const { items } = await runNode(
			{ resource: 'output', operation, jobId, ...parameters },
			{
				credential: service.credential,
				items: [large, small].map((id) => ({ json: { id } })),
				settings: { onError: 'continueRegularOutput' },
			},
		);
		expect(items).toHaveLength(2);
		expect(items[0]!.json.error).toContain('30 MB');
		expect(items[1]!.json).not.toHaveProperty('error');
	},
);
