import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { installN8n, type N8nLine } from '../../tools/n8n/install';
import { packPackage } from '../../tools/n8n/pack';
import { leaveForTests, type HostState } from './hosts';

const LINES: N8nLine[] = ['2.x', '1.x'];
const PROGRESS_EVERY_MS = 15_000;
const packFolder = join(__dirname, '..', '..', '.cache', 'host-test');

/**
 * Before all host tests: packs the package and installs any missing servers. A server that cannot
 * be installed fails the run in CI; elsewhere its tests are skipped, with the reason.
 */
export default async function setUp(): Promise<void> {
	await mkdir(packFolder, { recursive: true });
	const packed = await packPackage(packFolder);
	const hosts: HostState[] = [];
	for (const line of LINES) {
		try {
			hosts.push({ line, installation: await installN8n(line, sayNowAndThen(`n8n ${line}`)) });
		} catch (error) {
			if (process.env.CI) throw error;
			const missing = (error as Error).message;
			process.stderr.write(`Tests in n8n ${line} are skipped, it is not installed: ${missing}\n`);
			hosts.push({ line, missing });
		}
	}
	leaveForTests({ packed, hosts });
}

function sayNowAndThen(what: string): (text: string) => void {
	let last = 0;
	return (text) => {
		if (Date.now() - last < PROGRESS_EVERY_MS) return;
		last = Date.now();
		process.stdout.write(`${what}: ${text}\n`);
	};
}
