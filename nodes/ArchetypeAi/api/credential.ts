import { NodeOperationError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

import { readApiKey } from './apiKey';
import { readBaseUrl } from './baseUrl';
import type { ApiContext } from './request';

export const CREDENTIAL = 'archetypeAiApi';

/**
 * Base URL and API Key of the credential.
 *
 * @throws NodeOperationError when either cannot be used.
 */
export async function readCredential(
	context: ApiContext,
): Promise<{ baseUrl: string; apiKey: string }> {
	const credentials = await context.getCredentials(CREDENTIAL);
	return {
		baseUrl: inWords(context.getNode(), 'Base URL', () => readBaseUrl(credentials)),
		apiKey: inWords(context.getNode(), 'API Key', () => readApiKey(credentials)),
	};
}

/** The result of `read`, or a node error that says what is wrong with the credential. */
function inWords(node: INode, field: string, read: () => string): string {
	try {
		return read();
	} catch (error) {
		throw new NodeOperationError(node, error as Error, {
			description: `Open the credential "Archetype AI API" and correct the ${field}.`,
		});
	}
}
