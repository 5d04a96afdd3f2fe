// Separate from the rest of the harness, so that benches can use it in a process without n8n.

/** A row of `GET /batch/jobs/{id}/outputs`. */
export interface Output {
	id: string;
	input_id: string;
	created_at?: string | null;
	data: { ref: string; filename: string; file_type: string; num_bytes: number };
}

const PAGE_SIZE = 100;

/** Every output of a job in the service's order, page by page; `get` fetches a path. */
export async function readOutputs(
	jobId: string,
	get: (path: string) => Promise<unknown>,
): Promise<Output[]> {
	const outputs: Output[] = [];
	for (let total = 1; outputs.length < total;) {
		const query = `offset=${outputs.length}&limit=${PAGE_SIZE}`;
		const page = await get(`/batch/jobs/${jobId}/outputs?${query}`);
		outputs.push(...(page as { outputs: Output[] }).outputs);
		total = (page as { total: number }).total;
	}
	return outputs;
}
