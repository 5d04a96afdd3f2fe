import prepareHosts from '../host/setup';
import { findChromium, NO_BROWSER } from './editor/browser';

/** Before all browser tests: the host tests' setup, and a check for the browser. */
export default async function setUp(): Promise<void> {
	if (findChromium() === undefined) {
		if (process.env.CI) throw new Error(NO_BROWSER);
		process.stderr.write(`Tests in the editor are skipped. ${NO_BROWSER}\n`);
	}
	await prepareHosts();
}
