import { join } from 'node:path';

import type { IVersionedNodeType } from 'n8n-workflow';

import { addNodeType } from '../engine/harness/nodeTypes';

const FILE = 'dist/nodes/HttpRequest/HttpRequest.node.js';

/**
 * Makes n8n's HTTP Request node, from the n8n in folder `installation`, available to workflows.
 * Returns its type and newest version.
 */
export async function addHttpRequestNode(
	installation: string,
): Promise<{ type: string; typeVersion: number }> {
	const file = join(installation, 'node_modules', 'n8n-nodes-base', FILE);
	const { HttpRequest } = (await import(file)) as { HttpRequest: new () => IVersionedNodeType };
	const { currentVersion, nodeVersions } = new HttpRequest();
	const type = 'n8n-nodes-base.httpRequest';
	addNodeType(type, nodeVersions[currentVersion]!);
	return { type, typeVersion: currentVersion };
}
