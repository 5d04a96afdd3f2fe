import { setTimeout as sleep } from 'node:timers/promises';

import { credentialFor, pollTrigger } from '../../engine/harness';
import type { Report } from '../report';
import type { SandboxProcess } from '../sandbox';

const WORKFLOWS = 50;
const MINUTE_MS = 60_000;
const MOST_REQUESTS = 90;

/** The combined requests of many published workflows of one account, each polled once a minute. */
export async function manyWorkflows(
	sandbox: SandboxProcess,
	say: (text: string) => void,
): Promise<Report> {
	const { steer } = sandbox;
	await steer.reset();
	await steer.options({ listOrder: 'newest', latencyMs: 20 });
	await steer.seed({ count: 100_000, active: 10 });
	const workflows = Array.from({ length: WORKFLOWS }, (_, at) => ({
		workflowId: `many-${at}`,
		staticData: {},
	}));
	const poll = async (workflow: (typeof workflows)[number]) => {
		const credential = credentialFor(sandbox);
		const result = await pollTrigger({ watch: 'any' }, { credential, ...workflow });
		workflow.staticData = result.staticData;
	};
	say(`${WORKFLOWS} workflows begin`);
	for (const workflow of workflows) await poll(workflow);

	say(`${WORKFLOWS} workflows are polled during a minute`);
	// Replies to earlier requests are too old to be shared by then.
	await sleep(11_000);
	await steer.reset({ only: ['stats'] });
	const begin = Date.now();
	for (const [at, workflow] of workflows.entries()) {
		await sleep(Math.max(0, begin + (at * MINUTE_MS) / WORKFLOWS - Date.now()));
		await poll(workflow);
	}
	const { requests } = (await steer.stats()).api;
	const name = `${WORKFLOWS} workflows of one account: requests a minute`;
	return {
		tables: [
			{
				title: 'Many workflows, each polled once a minute',
				head: ['', ''],
				rows: [[name, requests]],
			},
		],
		bars: [{ name, value: requests, limit: MOST_REQUESTS, unit: 'requests' }],
	};
}
