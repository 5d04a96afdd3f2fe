import { readOutputs, type Output } from '../../engine/harness/outputList';
import type { Job } from './client';

type Headers = Record<string, string>;
/** Fetches JSON. */
type Get = (url: string, headers: Headers) => Promise<unknown>;

/** The outputs of a job, page by page. */
export async function listOutputs(
	{ url, apiKey, jobId }: Job,
	get: Get = getWithFetch,
): Promise<Output[]> {
	const headers = { authorization: `Bearer ${apiKey}` };
	return await readOutputs(jobId, async (path) => await get(`${url}${path}`, headers));
}

async function getWithFetch(url: string, headers: Headers): Promise<unknown> {
	return await (await fetch(url, { headers })).json();
}
