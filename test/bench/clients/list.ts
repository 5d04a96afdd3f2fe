import type { Output } from '../../engine/harness/outputs';
import type { Job } from './client';

const PAGE_SIZE = 100;

type Headers = Record<string, string>;
/** Fetches JSON. */
type Get = (url: string, headers: Headers) => Promise<unknown>;

/** The outputs of a job, one page after the other. */
export async function listOutputs(
	{ url, apiKey, jobId }: Job,
	get: Get = getWithFetch,
): Promise<Output[]> {
	const outputs: Output[] = [];
	for (let total = 1; outputs.length < total;) {
		const query = `offset=${outputs.length}&limit=${PAGE_SIZE}`;
		const headers = { authorization: `Bearer ${apiKey}` };
		const page = await get(`${url}/batch/jobs/${jobId}/outputs?${query}`, headers);
		outputs.push(...(page as { outputs: Output[] }).outputs);
		total = (page as { total: number }).total;
	}
	return outputs;
}

async function getWithFetch(url: string, headers: Headers): Promise<unknown> {
	return await (await fetch(url, { headers })).json();
}
