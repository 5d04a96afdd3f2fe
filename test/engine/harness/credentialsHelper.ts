import {
	type ICredentialDataDecryptedObject,
	type ICredentials,
	ICredentialsHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeProperties,
	NodeHelpers,
	type Workflow,
} from 'n8n-workflow';
import { credentialType } from './nodeTypes';

/**
 * n8n's credentials helper without its database: the test supplies the data of each credential;
 * defaults and authentication are applied as n8n applies them.
 */
export class CredentialsHelper extends ICredentialsHelper {
	/** `data`: credential type name -> what the user entered. */
	constructor(private readonly data: Record<string, ICredentialDataDecryptedObject>) {
		super();
	}

	override getParentTypes(): string[] {
		return [];
	}

	override isCredentialUsableByNode(): boolean {
		return true;
	}

	override getCredentialsProperties(type: string): INodeProperties[] {
		return credentialType(type).properties;
	}

	/** Throws if the test supplied no credential of this type, as n8n does for a deleted one. */
	override getDecrypted(
		_additionalData: unknown,
		_nodeCredentials: INodeCredentialsDetails,
		type: string,
		_mode: unknown,
		_executeData?: unknown,
		raw?: boolean,
	): Promise<ICredentialDataDecryptedObject> {
		const data = this.data[type];
		if (!data) throw new Error(`The test gave no credential of type "${type}"`);
		if (raw) return Promise.resolve(data);
		const withDefaults = NodeHelpers.getNodeParameters(
			this.getCredentialsProperties(type),
			data as Parameters<typeof NodeHelpers.getNodeParameters>[1],
			true,
			false,
			null,
			null,
		);
		return Promise.resolve(withDefaults as ICredentialDataDecryptedObject);
	}

	override async authenticate(
		credentials: ICredentialDataDecryptedObject,
		type: string,
		request: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = credentialType(type);
		if (!authenticate) return request;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		if (!workflow || !node) throw new Error('Declarative authentication needs workflow and node');

		const resolve = (value: unknown) =>
			workflow.expression.getSimpleParameterValue(node, value as string, 'internal', {
				$credentials: credentials,
			});
		const authenticated: Record<string, unknown> = { ...request };
		for (const [part, values] of Object.entries(authenticate.properties)) {
			const resolved = Object.entries(values as Record<string, unknown>).map(([key, value]) => [
				resolve(key),
				resolve(value),
			]);
			authenticated[part] = {
				...(authenticated[part] as object | undefined),
				...(Object.fromEntries(resolved) as object),
			};
		}
		return authenticated as unknown as IHttpRequestOptions;
	}

	/** No credential in this package has a token to refresh. */
	override preAuthentication(): Promise<undefined> {
		return Promise.resolve(undefined);
	}

	override runPreAuthentication(): Promise<undefined> {
		return Promise.resolve(undefined);
	}

	override getCredentials(): Promise<ICredentials> {
		throw new Error('The engine tests store no credentials');
	}

	override updateCredentials(): Promise<void> {
		throw new Error('The engine tests store no credentials');
	}

	override updateCredentialsOauthTokenData(): Promise<void> {
		throw new Error('The engine tests store no credentials');
	}
}
