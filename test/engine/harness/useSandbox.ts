import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox';
import { type Credential, credentialFor } from './engine';

/** The sandbox of a test file. */
export interface TestSandbox extends Sandbox {
	/** The credential of a user of this sandbox. */
	credential: Credential;
	/** An API reply as a plain client gets it, to compare the node's items with. */
	get<Reply = Record<string, unknown>>(path: string): Promise<Reply>;
}

/**
 * Starts a sandbox for the tests of this file and clears it before each of them. The returned value
 * is usable once the tests run.
 */
export function useSandbox(options: SandboxOptions = {}): TestSandbox {
	const service = {} as TestSandbox;
	let behaviour: ReturnType<Sandbox['steer']['options']>;

	beforeAll(async () => {
		Object.assign(service, await startSandbox({ apiKey: 'sk_engine_test', ...options }));
		behaviour = service.steer.options();
		service.credential = credentialFor(service);
		service.get = async <Reply>(path: string) => {
			const headers = { authorization: `Bearer ${service.apiKey}` };
			const reply = await fetch(`${service.url}${path}`, { headers });
			if (!reply.ok) throw new Error(`${path} was answered with HTTP ${reply.status}`);
			return (await reply.json()) as Reply;
		};
	});
	beforeEach(() => {
		service.steer.reset();
		service.steer.options(behaviour);
	});
	afterAll(() => service.close());

	return service;
}
