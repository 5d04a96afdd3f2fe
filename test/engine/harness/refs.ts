import type { TestSandbox } from './useSandbox';
import { listOutputs, seedJob } from './outputs';

type Change = Record<string, unknown> & { data?: Record<string, unknown> };

/** A job that, from now on, lists one output for each of the changes. */
export async function jobThatLists(service: TestSandbox, changes: Change[]): Promise<string> {
	const id = seedJob(service, { outputs: changes.length });
	const outputs = (await listOutputs(service, id)).map((output, place) => {
		const { data, ...change } = changes[place]!;
		return { ...output, ...change, data: { ...output.data, ...data } };
	});
	const path = `/batch/jobs/${id}/outputs`;
	const body = { total: outputs.length, offset: 0, limit: 100, outputs };
	service.steer.faults({ kind: 'body', path, body, times: null });
	return id;
}
