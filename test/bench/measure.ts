/** What some work cost the process that it ran in. */
export interface Cost {
	ms: number;
	/** On all cores. */
	cpuMs: number;
	/** Peak growth of resident memory over its initial size, in bytes. */
	growth: number;
}

const SAMPLE_MS = 25;

/** Runs the work and measures it. Needs `--expose-gc`, so that existing garbage does not count. */
export async function measure<Result>(
	work: () => Promise<Result>,
): Promise<{ result: Result; cost: Cost }> {
	globalThis.gc?.();
	const before = process.memoryUsage.rss();
	let peak = before;
	const look = () => void (peak = Math.max(peak, process.memoryUsage.rss()));
	const sampling = setInterval(look, SAMPLE_MS);
	const cpu = process.cpuUsage();
	const start = performance.now();
	try {
		const result = await work();
		const ms = performance.now() - start;
		const { user, system } = process.cpuUsage(cpu);
		look();
		return { result, cost: { ms, cpuMs: (user + system) / 1_000, growth: peak - before } };
	} finally {
		clearInterval(sampling);
	}
}
