import { setTimeout as sleep } from 'node:timers/promises';

import type {
	CredentialReference,
	Execution,
	SavedWorkflow,
	WorkflowTemplate,
} from '../../tools/n8n/client';
import { until } from '../../tools/n8n/until';
import type { TestServer } from './server';
import { hurried } from './workflows';

/** Two polls and a workflow start. */
const EXECUTION_TIMEOUT_MS = 40_000;
/** How long a poll's requests take in total. */
const POLL_AT_MOST_MS = 2_000;

/** A workflow started by a poll, and its only execution. */
export interface Polled {
	workflow: SavedWorkflow;
	execution: Execution;
}

/**
 * Publishes a workflow that polls every few seconds, makes something happen between two polls and
 * waits for the execution it starts; then unpublishes the workflow.
 *
 * @throws Error if it starts no execution, or more than one
 */
export async function pollOnce(
	{ client, credential, sandbox }: TestServer,
	template: WorkflowTemplate,
	others: Record<string, CredentialReference>,
	happen: () => void,
): Promise<Polled> {
	const workflow = await client.createWorkflow(hurried(template), credential, others);
	await client.publish(workflow);
	const lists = () => sandbox.steer.stats().routes['api GET /batch/jobs']?.requests ?? 0;
	const before = lists();
	await until(EXECUTION_TIMEOUT_MS, 'No poll followed', async () => lists() > before);
	await sleep(POLL_AT_MOST_MS);
	happen();
	const started = await until(EXECUTION_TIMEOUT_MS, `${workflow.name} did not start`, async () => {
		return (await client.executions(workflow))[0];
	});
	const execution = await client.ended(started.id);
	await client.unpublish(workflow);
	const executions = await client.executions(workflow);
	if (executions.length === 1) return { workflow, execution };
	throw new Error(`${workflow.name} ran ${executions.length} times`);
}
