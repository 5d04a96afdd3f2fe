import type { INode, INodeParameters } from 'n8n-workflow';

import { runNode, useSandbox } from './harness';
import { listOutputs, seedJob } from './harness/outputs';

const service = useSandbox();

const run = (
	onError: INode['onError'],
	operation: string,
	jobId: string,
	parameters: INodeParameters = {},
) =>
	runNode(
		{
			...{ resource: 'output', operation, jobId: { __rl: true, mode: 'id', value: jobId } },
			...parameters,
		},
		{ credential: service.credential, settings: { onError } },
	);

/** A job that has lost one of its three files; the output of that file. */
async function jobWithLostFile() {
	const jobId = seedJob(service, { outputs: 3 });
	const lost = (await listOutputs(service, jobId))[1]!;
	const path = new URL(lost.data.ref).pathname;
	service.steer.faults({ origin: 'storage', kind: 'status', status: 404, path, times: null });
	const about = { id: lost.id, job_id: jobId, filename: lost.data.filename };
	return { jobId, about };
}

const said = {
	error: expect.stringContaining('could not be downloaded') as string,
	advice: expect.stringMatching(/^[A-Z].*\.$/) as string,
};

describe('F16: an item that stands for an error has file, job, message and advice as fields', () => {
	test.each(['download', 'readRows'])('On Error: Continue, %s', async (operation) => {
		const { jobId, about } = await jobWithLostFile();
		const { items } = await run('continueRegularOutput', operation, jobId);
		const failed = items.filter(({ json }) => 'error' in json);
		const read = operation === 'readRows' ? { rows_read: 0 } : {};
		expect(failed.map(({ json }) => json)).toEqual([{ ...about, ...said, ...read }]);
		expect(items.length).toBeGreaterThan(2);
	});

	test.each(['download', 'readRows'])(
		'On Error: Continue (using error output), %s',
		async (operation) => {
			const { jobId, about } = await jobWithLostFile();
			const { items, failed } = await run('continueErrorOutput', operation, jobId);
			expect(failed.map(({ json }) => json)).toEqual([
				expect.objectContaining({ ...about, ...said }),
			]);
			expect(items.filter(({ json }) => 'error' in json)).toEqual([]);
			expect(items.length).toBeGreaterThan(1);
		},
	);

	test('an item whose job does not exist', async () => {
		for (const [onError, place] of [
			['continueRegularOutput', 'items'],
			['continueErrorOutput', 'failed'],
		] as const) {
			const result = await run(onError, 'getMany', 'job_nothere');
			expect(result[place].map(({ json }) => json)).toEqual([
				expect.objectContaining({
					job_id: 'job_nothere',
					error: 'Job job_nothere was not found',
					advice: expect.stringContaining('Check the ID') as string,
				}),
			]);
		}
	});

	test('a combined file has its own name', async () => {
		const { jobId } = await jobWithLostFile();
		const { items } = await run('continueRegularOutput', 'download', jobId, {
			options: { combine: 'job' },
		});
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ job_id: jobId, filename: `worker.results_${jobId}.csv`, ...said }),
		]);
	});
});
