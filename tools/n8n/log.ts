import { readFile } from 'node:fs/promises';

/** The last 30 lines of a log file; empty if it does not exist. */
export async function tailOf(file: string): Promise<string> {
	const text = await readFile(file, 'utf8').catch(() => '');
	return text.trimEnd().split('\n').slice(-30).join('\n');
}
