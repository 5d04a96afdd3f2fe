import { randomFrom } from '../../random';
import type { SandboxProcess } from '../sandbox';

type Service = Pick<SandboxProcess, 'url' | 'apiKey'>;

const LABELS = ['off', 'on'];

/** Uploads a file to classify and one for each label, with this many rows and columns. */
export async function uploadFiles(service: Service, rows: number, columns: number) {
	for (const [level, label] of LABELS.entries()) {
		await upload(service, `${label}.csv`, csv(rows, columns, level));
	}
	await upload(service, 'new.csv', csv(rows, columns, 0.9));
}

/** Creates a job that classifies what {@link uploadFiles} uploaded. */
export async function createJob({ url, apiKey }: Service, columns: number): Promise<void> {
	const reader_config = {
		data_columns: namesOf(columns),
		timestamp_column: 'time',
		window_size: 64,
		step_size: 1,
	};
	const examples = LABELS.map((label) => ({ file_id: `${label}.csv`, metadata: { class: label } }));
	const job = {
		name: 'bench',
		pipeline_type: 'batch',
		pipeline_key: 'machine-state-classification',
		inputs: { 'worker.inference': [{ file_id: 'new.csv' }], 'worker.n_shots': examples },
		parameters: { worker: { parallelism: 1, config: { reader_config } } },
	};
	const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
	const body = JSON.stringify(job);
	const reply = await fetch(`${url}/batch/jobs`, { method: 'POST', headers, body });
	if (!reply.ok) throw new Error(`The job was not created: ${await reply.text()}`);
}

async function upload({ url, apiKey }: Service, name: string, text: string) {
	const body = new FormData();
	body.set('file', new Blob([text], { type: 'text/csv' }), name);
	const headers = { authorization: `Bearer ${apiKey}` };
	const reply = await fetch(`${url}/files`, { method: 'POST', headers, body });
	if (!reply.ok) throw new Error(`${name} was not taken: ${await reply.text()}`);
}

const namesOf = (columns: number) => Array.from({ length: columns }, (_, i) => `sensor_${i}`);

/** Sensors that fluctuate around a level, with some noise that is the same in every run. */
function csv(rows: number, columns: number, level: number): string {
	const noise = randomFrom(1 + Math.round(level * 10));
	const lines = Array.from({ length: rows }, (_, row) => {
		const values = Array.from({ length: columns }, (__, column) =>
			(level + Math.sin(row / (20 + column)) + noise() / 5).toFixed(4),
		);
		return `${row},${values.join(',')}`;
	});
	return [`time,${namesOf(columns).join(',')}`, ...lines].join('\n');
}
