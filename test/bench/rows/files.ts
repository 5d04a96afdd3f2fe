import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of rows as results have them, in their own folder. */
export class RowFiles {
	private readonly folder = mkdtempSync(join(tmpdir(), 'bench-rows-'));

	csv(bytes: number): Promise<string> {
		return this.write(`${bytes}.csv`, bytes, 'DATE_TIME,Prediction,Depth,Note\n', csvRow);
	}

	jsonl(bytes: number): Promise<string> {
		return this.write(`${bytes}.jsonl`, bytes, '', jsonRow);
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}

	private async write(
		name: string,
		bytes: number,
		header: string,
		row: (number: number) => string,
	): Promise<string> {
		const path = join(this.folder, name);
		const file = createWriteStream(path);
		file.write(header);
		for (let written = 0, number = 0; written < bytes;) {
			let block = '';
			for (let line = 0; line < 2_000; line++) block += row(number++);
			written += block.length;
			if (!file.write(block)) await once(file, 'drain');
		}
		file.end();
		await once(file, 'finish');
		return path;
	}
}

const csvRow = (number: number): string => {
	const note = number % 10 === 0 ? `"Stopped, then ""went"" on"` : 'drilling';
	return `2026-03-01T12:00:00.${number % 1_000}Z,STATE_${number % 7},${number / 8},${note}\n`;
};

const jsonRow = (number: number): string =>
	`{"line_index":${number},"prediction":"STATE_${number % 7}","score":${(number % 997) / 997},"note":"drilling \\"on\\""}\n`;
