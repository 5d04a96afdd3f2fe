import type { INodeExecutionData } from 'n8n-workflow';

/** How many files n8n's store got from these items, and their total size in bytes. */
export function sizeOf(items: INodeExecutionData[]): { files: number; bytes: number } {
	const stored = items.flatMap(({ binary }) => binary?.data ?? []);
	return {
		files: stored.length,
		bytes: stored.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
	};
}
