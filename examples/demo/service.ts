import type { WeatherFile } from './weather';

export interface Job {
	id: string;
	name: string;
	status: string;
	error: { message?: string } | null;
}

export interface InputProgress {
	input: { id: string; file_id: string; status: string };
	latest_progress: { metrics: { percent_complete?: number } } | null;
}

export interface Output {
	id: string;
	input_file_id: string;
	data: { filename: string; num_bytes: number };
}

const PAGE_SIZE = 100;
const PIPELINE = 'machine-state-classification';

/** The service's HTTP API as the vendor's own examples use it: how jobs get there. */
export class ServiceClient {
	constructor(
		private readonly baseUrl: string,
		private readonly apiKey: string,
	) {}

	/** `POST /files`; returns the `file_id` that jobs refer to. */
	async upload({ name, csv }: WeatherFile): Promise<string> {
		const form = new FormData();
		form.set('file', new Blob([csv], { type: 'text/csv' }), name);
		const reply = await this.send<{ is_valid: boolean; file_id: string }>('POST', '/files', form);
		if (!reply.is_valid) throw new Error(`The service refused the file ${name}.`);
		return reply.file_id;
	}

	/** `POST /batch/jobs` for uploaded files. */
	async createJob(
		name: string,
		shots: Array<{ file_id: string; label: string }>,
		readings: string[],
		parameters: object,
	): Promise<Job> {
		const inputs = {
			'worker.n_shots': shots.map(({ file_id, label }) => ({
				file_id,
				metadata: { class: label },
			})),
			'worker.inference': readings.map((file_id) => ({ file_id })),
		};
		const job = { name, pipeline_type: 'batch', pipeline_key: PIPELINE, inputs, parameters };
		return await this.send<Job>('POST', '/batch/jobs', JSON.stringify(job));
	}

	/** `GET /batch/jobs/{id}` */
	async job(id: string): Promise<Job> {
		return await this.send<Job>('GET', `/batch/jobs/${id}`);
	}

	/** `GET /batch/jobs/{id}/inputs/progress`: the progress of the inputs to classify. */
	async progress(jobId: string): Promise<InputProgress[]> {
		const path = `/batch/jobs/${jobId}/inputs/progress?limit=${PAGE_SIZE}`;
		return (await this.send<{ items: InputProgress[] }>('GET', path)).items;
	}

	/** `GET /batch/jobs/{id}/outputs`, all of them. */
	async outputs(jobId: string): Promise<Output[]> {
		const outputs: Output[] = [];
		for (;;) {
			const query = `offset=${outputs.length}&limit=${PAGE_SIZE}`;
			const path = `/batch/jobs/${jobId}/outputs?${query}`;
			const page = await this.send<{ outputs: Output[] }>('GET', path);
			outputs.push(...page.outputs);
			if (page.outputs.length === 0) return outputs;
		}
	}

	private async send<T>(method: string, path: string, body?: string | FormData): Promise<T> {
		const response = await fetch(`${this.baseUrl}${path}`, {
			method,
			headers: {
				authorization: `Bearer ${this.apiKey}`,
				...(typeof body === 'string' && { 'content-type': 'application/json' }),
			},
			body,
		});
		if (response.ok) return (await response.json()) as T;
		const answer = (await response.text()).slice(0, 500);
		throw new Error(`The service answered ${method} ${path} with ${response.status}: ${answer}`);
	}
}
