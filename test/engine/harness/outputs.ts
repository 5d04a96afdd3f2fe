import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { SeedRequest } from '../../../sandbox/seeding';
import { type Output, readOutputs } from './outputList';
import { type NodeRun, type Run, runNode } from './run';
import type { TestSandbox } from './useSandbox';

export type { Output };

/** Adds one finished job, with one output of 5,000 bytes by default. Returns its id. */
export function seedJob({ steer }: TestSandbox, contents: SeedRequest = {}): string {
	const [id = ''] = steer.seed({ status: 'COMPLETED', outputBytes: 5_000, ...contents }).ids;
	return id;
}

/** Every output of a job in the service's order, with fresh links. */
export const listOutputs = (service: TestSandbox, jobId: string): Promise<Output[]> =>
	readOutputs(jobId, (path) => service.get(path));

/** A file as a plain client downloads it from its link. */
export async function fetchFile({ data }: Output): Promise<Buffer> {
	return Buffer.from(await (await fetch(data.ref)).arrayBuffer());
}

/** Runs an operation of the resource `output` on a job. */
export function runOnOutputs(
	{ credential }: TestSandbox,
	jobId: string,
	parameters: INodeParameters,
	options: Omit<Parameters<typeof runNode>[1], 'credential'> = {},
): Promise<NodeRun> {
	const job = { __rl: true, mode: 'id', value: jobId };
	return runNode({ resource: 'output', jobId: job, ...parameters }, { credential, ...options });
}

/** Every file as the service has it, in the service's order; fails if one is missing or differs. */
export async function expectFiles(
	{ items, error, binary }: Pick<Run, 'error' | 'binary'> & { items: INodeExecutionData[] },
	outputs: Output[],
): Promise<void> {
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json.id)).toEqual(outputs.map(({ id }) => id));
	for (const [index, output] of outputs.entries()) {
		const received = await binary(items[index]!);
		expect(received.equals(await fetchFile(output))).toBe(true);
	}
}
