import { CredentialTestContext } from 'n8n-core';
import type { INodeCredentialTestResult } from 'n8n-workflow';
import { createAdditionalData, createWorkflow, type Credential } from './engine';
import { ACTION, nodeTypes } from './nodeTypes';

/** What the credential form shows after Save: runs the test function named by the action node. */
export async function testCredential(credential: Credential): Promise<INodeCredentialTestResult> {
	const { description, methods } = nodeTypes.getByNameAndVersion(ACTION);
	const [{ name, testedBy } = { name: '' }] = description.credentials ?? [];
	const test = typeof testedBy === 'string' ? methods?.credentialTest?.[testedBy] : undefined;
	if (!test) throw new Error('The action node names no test for its credential');

	const workflow = createWorkflow({ nodes: [] });
	const additionalData = await createAdditionalData({ workflow, mode: 'internal', credential });
	const account = { id: 'credential', name: 'Archetype AI account' };
	const { credentialsHelper } = additionalData;
	const data = await credentialsHelper.getDecrypted(additionalData, account, name, 'internal');
	return await test.call(new CredentialTestContext(additionalData), {
		...account,
		type: name,
		data,
	});
}
