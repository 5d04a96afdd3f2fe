// Follows the README's instructions.
import { NodeConnectionTypes } from 'n8n-workflow';

import { ACTION, deduplicator, pollTrigger, runNode, runWorkflow, useSandbox } from './harness';

const service = useSandbox();

test('what ended before the workflow was published: Job: Get Many by status, then Output: Download', async () => {
	service.steer.seed({ count: 3, outputs: 2 });
	const ended = service.steer.seed({ count: 60, outputs: 2, status: 'COMPLETED' }).ids;
	const { ids: failed } = service.steer.seed({ count: 2, outputs: 2, status: 'FAILED' });

	const run = await runWorkflow({
		credential: service.credential,
		nodes: [
			{
				...{ name: 'Jobs', type: ACTION },
				parameters: {
					...{ resource: 'job', operation: 'getMany', returnAll: true },
					filters: { status: ['COMPLETED'] },
				},
			},
			{
				...{ name: 'Files', type: ACTION },
				parameters: {
					...{ resource: 'output', operation: 'download' },
					jobId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				},
			},
		],
		connections: {
			Start: { main: [[{ node: 'Jobs', type: NodeConnectionTypes.Main, index: 0 }]] },
			Jobs: { main: [[{ node: 'Files', type: NodeConnectionTypes.Main, index: 0 }]] },
		},
	});

	expect(run.error).toBeUndefined();
	const files = run.items('Files');
	const jobs = new Set(files.map(({ json }) => json.job_id));
	expect(ended.filter((id) => !jobs.has(id))).toEqual([]);
	expect(failed.filter((id) => jobs.has(id))).toEqual([]);
	expect(files).toHaveLength(2 * jobs.size);
	expect(files.every(({ binary }) => binary?.data !== undefined)).toBe(true);
});

test("a trigger that was published says in n8n's log that watching starts from now, once", async () => {
	const options = { credential: service.credential };
	const first = await pollTrigger({}, options);
	expect(first.log).toEqual([expect.stringContaining('watching starts from now')]);
	const { log } = await pollTrigger({}, { ...options, staticData: first.staticData });
	expect(log).toEqual([]);
});

test("the trigger's state holds no key, no name and no result", async () => {
	service.steer.seed({ count: 20, active: 5, name: 'pump-of-hall-2' });
	const { staticData } = await pollTrigger({}, { credential: service.credential });
	const stored = JSON.stringify(staticData);
	expect(Object.keys(staticData).length).toBeGreaterThan(0);
	for (const secret of [service.apiKey, 'pump-of-hall-2', 'http']) {
		expect(stored).not.toContain(secret);
	}
});

test('Skip Files Already Downloaded remembers the last 100,000 files of a node, by their IDs', async () => {
	const [id = ''] = service.steer.seed({ outputs: 2 }).ids;
	const asked = jest.spyOn(deduplicator, 'checkProcessedAndRecord');
	const { items } = await runNode(
		{
			...{
				resource: 'output',
				operation: 'download',
				jobId: { __rl: true, mode: 'id', value: id },
			},
			options: { skipDownloaded: true },
		},
		{ credential: service.credential, mode: 'trigger' },
	);
	const [ids, scope, , options] = asked.mock.lastCall!;
	expect(ids).toEqual(items.map(({ json }) => `output ${json.id as string}`));
	expect(scope).toBe('node');
	expect(options).toMatchObject({ maxEntries: 100_000 });
});
