import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
	INode,
} from 'n8n-workflow';

import { readBaseUrl } from './baseUrl';
import { readApiKey } from './apiKey';
import { shapeError, statusError } from './errors';
import type { RequestInfo } from './errors';
import { networkError } from './networkErrors';
import { listSchema } from './lists';
import { text } from './text';

const TIMEOUT_MS = 20_000;
const PATH = '/batch/jobs';

/** There is no node yet while a credential is tested; errors need one only for their text. */
const NODE: INode = {
	id: 'credential-test',
	name: 'Archetype AI',
	type: 'archetypeAi',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/**
 * Tests a credential with `GET /batch/jobs?limit=1`. Declarative tests show "ECONNREFUSED" or
 * "Unauthorized" alone; here each failure is described as in the nodes.
 */
export async function archetypeAiApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const problem = await findProblem(this, credential);
	return problem === undefined
		? { status: 'OK', message: 'The API key works' }
		: { status: 'Error', message: problem };
}

async function findProblem(
	context: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted,
): Promise<string | undefined> {
	const apiKey = text(data.apiKey);
	const info: RequestInfo = {
		node: NODE,
		request: `GET ${PATH}`,
		subject: 'The list of jobs',
		secrets: [apiKey],
	};
	let baseUrl = '';
	try {
		readApiKey(data);
		baseUrl = readBaseUrl(data);
		const reply = (await context.helpers.request({
			uri: `${baseUrl}${PATH}`,
			qs: { limit: 1 },
			headers: { Authorization: `Bearer ${apiKey}` },
			json: true,
			followRedirect: false,
			resolveWithFullResponse: true,
			simple: false,
			timeout: TIMEOUT_MS,
		})) as { statusCode: number; headers: Record<string, string>; body: unknown };

		const { statusCode: status, headers, body } = reply;
		if (status < 200 || status >= 300) return words(statusError(info, { status, headers, body }));
		const parsed = listSchema('jobs').safeParse(body);
		return parsed.success ? undefined : words(shapeError(info, body, parsed.error));
	} catch (error) {
		if (baseUrl === '') return (error as Error).message;
		return words(networkError(info, error, baseUrl));
	}
}

/** The message and the advice, on one line as the credential form shows it. */
function words({ message, description }: { message: string; description?: string | null }): string {
	return [message, description?.split('\n')[0]].filter(Boolean).join('. ');
}
