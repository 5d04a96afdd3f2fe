import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { inputs } from '../api/inputs';
import { outputs } from '../api/outputs';
import { MAX_PAGE_SIZE } from '../api/pages';
import { isPlain } from './plain';

/** Ports of the chosen job's inputs. */
export async function getInputPorts(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await ports(this, inputs);
}

/** Ports of the chosen job's outputs. */
export async function getOutputPorts(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await ports(this, outputs);
}

/** No filter: without this entry the editor marks a port filter red as soon as it is added. */
const ANY_PORT: INodePropertyOptions = { name: 'Any Port', value: '' };

/**
 * Any port, and the port names on the first page of the list: jobs have a handful of ports, all of which
 * appear early.
 */
async function ports(
	context: ILoadOptionsFunctions,
	list: typeof inputs | typeof outputs,
): Promise<INodePropertyOptions[]> {
	const jobId = context.getCurrentNodeParameter('jobId', { extractValue: true });
	if (typeof jobId !== 'string' || jobId === '') return [ANY_PORT];

	const client = await ArchetypeAiClient.connect(context);
	const { rows } = await list(client, jobId).page(0, MAX_PAGE_SIZE);
	const names = new Set(rows.map((row) => row.port_name).filter(isPlain));
	return [ANY_PORT, ...[...names].sort().map((port) => ({ name: port, value: port }))];
}
