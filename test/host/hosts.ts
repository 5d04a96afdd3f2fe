import type { N8nInstallation, N8nLine } from '../../tools/n8n/install';
import type { PackedPackage } from '../../tools/n8n/pack';

/** A server that can be started, or the reason why not. */
export type HostState =
	{ line: N8nLine; installation: N8nInstallation } | { line: N8nLine; missing: string };

interface Prepared {
	packed: PackedPackage;
	hosts: HostState[];
}

/** Jest passes nothing from its global setup to the tests except the environment. */
const VARIABLE = 'PREPARED_HOSTS';

export function leaveForTests(prepared: Prepared): void {
	process.env[VARIABLE] = JSON.stringify(prepared);
}

/** Per test: a workflow's first run may come while n8n is still busy starting up. */
const TEST_TIMEOUT_MS = 60_000;

/**
 * Runs the tests for each n8n, or for one release line, named after its version; skipped if it
 * could not be installed.
 */
export function describeEachHost(
	tests: (installation: N8nInstallation, packed: PackedPackage) => void,
	line?: N8nLine,
): void {
	jest.setTimeout(TEST_TIMEOUT_MS);
	const { packed, hosts } = JSON.parse(process.env[VARIABLE] ?? '') as Prepared;
	for (const host of hosts.filter((each) => line === undefined || each.line === line)) {
		if ('installation' in host) {
			const { installation } = host;
			describe(`n8n ${installation.version}`, () => tests(installation, packed));
		} else {
			const reason = host.missing.split('\n', 1)[0];
			describe.skip(`n8n ${host.line}, which is not installed: ${reason}`, () => {
				test('the packed tarball works in it', () => {});
			});
		}
	}
}
