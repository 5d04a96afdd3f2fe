import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { readApiKey } from '../nodes/ArchetypeAi/api/apiKey';
import { DEFAULT_BASE_URL, isBelow, readBaseUrl } from '../nodes/ArchetypeAi/api/baseUrl';

/** The API key, and where it may be sent. */
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
				'The address of the API. The host alone is enough; the version is added when missing.',
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
	 * Adds the key, but only to requests to the Base URL's own origin, below its path: whatever a link, a redirect
	 * or a workflow requests, the key goes nowhere else.
	 */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const baseUrl = readBaseUrl(credentials);
		const apiKey = readApiKey(credentials);
		const target = targetOf(request);
		if (!isBelow(target, baseUrl)) {
			throw new Error(
				`The API key of this credential is only sent to ${baseUrl}, and this request goes to ${target.origin}${target.pathname}. Correct the URL, or the Base URL of the credential.`,
			);
		}
		if (showsKeyToProxy(request)) {
			throw new Error(
				'The API key of this credential is not sent through a proxy while certificates are not checked: whoever answers there could read it. Turn off "Ignore SSL Issues", or leave out the proxy.',
			);
		}
		return {
			...request,
			headers: { ...request.headers, Authorization: `Bearer ${apiKey}` },
			// Hosts that know this option drop the key when the service redirects to another origin.
			sendCredentialsOnCrossOriginRedirect: false,
		};
	};
}

/** The URL of a request. The HTTP Request node passes options of an older kind, with `uri`. */
function targetOf(request: IHttpRequestOptions & { uri?: string }): URL {
	const { url = request.uri ?? '', baseURL } = request;
	if (!URL.canParse(url, baseURL)) {
		throw new Error(
			'The URL of this request is not a full web address, so the API key is not sent.',
		);
	}
	return new URL(url, baseURL);
}

/** Whether a proxy set on the request could impersonate the service without being noticed. */
function showsKeyToProxy(request: IHttpRequestOptions & { rejectUnauthorized?: boolean }): boolean {
	const { proxy, rejectUnauthorized, skipSslCertificateValidation, agentOptions } = request;
	const isUnchecked =
		rejectUnauthorized === false ||
		skipSslCertificateValidation === true ||
		agentOptions?.rejectUnauthorized === false;
	return isUnchecked && Boolean(proxy);
}
