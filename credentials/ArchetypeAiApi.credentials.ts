import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { DEFAULT_BASE_URL, readBaseUrl } from '../nodes/ArchetypeAi/api/baseUrl';
import { text } from '../nodes/ArchetypeAi/api/text';

/** The API key, and where it may go. */
export class ArchetypeAiApi implements ICredentialType {
	name = 'archetypeAiApi';

	displayName = 'Archetype AI API';

	icon: Icon = {
		light: 'file:../nodes/ArchetypeAi/archetypeAi.svg',
		dark: 'file:../nodes/ArchetypeAi/archetypeAi.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-archetypeai/n8n-nodes-archetypeai#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The key of your organization, as shown in the Archetype AI console',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			description:
				'Where the API answers. The host alone is enough; the version is added when missing.',
		},
		{
			displayName: 'Allow Insecure HTTP',
			name: 'allowInsecureHttp',
			type: 'boolean',
			default: false,
			description:
				'Whether the key may be sent unencrypted to a Base URL that starts with http://. Not needed for localhost.',
		},
	];

	/**
	 * Adds the key, and only to requests to the Base URL's own origin: whatever a link, a redirect or
	 * a workflow asks for, the key goes nowhere else.
	 */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const allowed = new URL(readBaseUrl(credentials)).origin;
		const target = new URL(request.url, request.baseURL).origin;
		if (target !== allowed) {
			throw new Error(
				`The API key of this credential is only sent to ${allowed}, and this request goes to ${target}. Correct the URL, or the Base URL of the credential.`,
			);
		}
		return {
			...request,
			headers: { ...request.headers, Authorization: `Bearer ${text(credentials.apiKey)}` },
		};
	};
}
