import { ServiceClient } from '../../examples/demo/service';
import { startSandbox, type Sandbox } from '../../sandbox';
import { microsOf } from './steady';

const WINDOW_SIZE = 32;
const JOB_MS = 8 * 60_000;
const BEFORE_MS = 20_000;

const PARAMETERS = {
	worker: {
		parallelism: 1,
		config: {
			reader_config: {
				...{ data_columns: ['vibration', 'temperature'], timestamp_column: 'time' },
				...{ window_size: WINDOW_SIZE, step_size: 8 },
			},
			classifier_config: { n_neighbors: 3 },
		},
	},
};

/** A service in which one job has just run, alive while an operation is shown on it. */
export interface Scene {
	sandbox: Sandbox;
	jobId: string;
	/** The service's time, which is frozen, in microseconds since 1970. */
	now: number;
}

/**
 * Plays the scene in its own sandbox, then shuts that down: two pumps are to be classified, and one
 * has sent too little data, so the job ends with one failed input. `watch` is called before the job
 * is created; with `whileRunning`, `use` is called while it runs.
 */
export async function inScene<Result>(
	use: (scene: Scene) => Promise<Result>,
	{
		watch = async () => {},
		whileRunning = false,
	}: { watch?: (sandbox: Sandbox) => Promise<void>; whileRunning?: boolean } = {},
): Promise<Result> {
	const sandbox = await startSandbox({ apiKey: 'sk_docs', jobMs: JOB_MS });
	try {
		const { now: start } = await sandbox.steer.clock({ frozen: true });
		// It is used on a whole minute: texts have no seconds, and links expire on whole seconds.
		const intoMinute = (microsOf(start) / 1_000 + BEFORE_MS) % 60_000;
		await sandbox.steer.clock({ advance: 60_000 - intoMinute });
		await watch(sandbox);
		await sandbox.steer.clock({ advance: BEFORE_MS });
		const jobId = await createJob(sandbox);
		const { now } = await sandbox.steer.clock({ advance: whileRunning ? JOB_MS / 2 : 2 * JOB_MS });
		return await use({ sandbox, jobId, now: microsOf(now) });
	} finally {
		await sandbox.close();
	}
}

async function createJob({ url, apiKey }: Sandbox): Promise<string> {
	const service = new ServiceClient(url, apiKey);
	const upload = (name: string, rows: number, level: number) =>
		service.upload({ name, rows, csv: readings(rows, level) });
	const shots = [
		{ file_id: await upload('pump-running.csv', 80, 4), label: 'running' },
		{ file_id: await upload('pump-worn.csv', 80, 9), label: 'worn' },
	];
	const pumps = [await upload('pump-7.csv', 120, 4.2), await upload('pump-8.csv', 20, 4.1)];
	return (await service.createJob('pumps-hall-2', shots, pumps, PARAMETERS)).id;
}

/** One reading per second, around a level. */
function readings(rows: number, level: number): string {
	const lines = Array.from({ length: rows }, (_, row) => {
		const time = new Date(Date.UTC(2026, 2, 2, 6, 0, row)).toISOString().slice(0, 19);
		const vibration = (level + Math.sin(row) / 2).toFixed(2);
		return `${time},${vibration},${(40 + level + Math.cos(row)).toFixed(1)}`;
	});
	return ['time,vibration,temperature', ...lines, ''].join('\n');
}
