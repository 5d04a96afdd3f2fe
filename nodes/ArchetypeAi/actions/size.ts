import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { RemoteFile } from '../api/files/remoteFile';
import { perExecution } from '../api/perExecution';
import type { OperationRun } from './operation';

/** The most bytes of files that n8n may keep in memory in one execution: it uses six times as much. */
const MEMORY_CEILING = 200e6;
/** The reader is warned from here on. */
const MEMORY_WARNING = 50e6;
/** A file in memory is one base64 string, which cannot be longer than 512 MiB. */
const LARGEST_IN_MEMORY = 384 * 1024 ** 2;
/** The most bytes of files whose rows become items: 20 MB of CSV made n8n 2.41 grow by 1 to 2 GB. */
const ROWS_CEILING = 20e6;

const SETTING = 'N8N_DEFAULT_BINARY_DATA_MODE';

export const maxTotalSizeOption = (whenZero: string): INodeProperties => ({
	displayName: 'Max Total Size (MB)',
	name: 'maxTotalSize',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description: `Nothing is downloaded when the files together are larger than this, or when the service does not say how large one is. 0: ${whenZero}.`,
});

/** A file as it will be stored: one from the service, or several combined. */
export interface PlannedFile {
	name: string;
	parts: RemoteFile[];
}

/**
 * Checks before any download that the files are within `maxBytes`, and that n8n has room for them.
 *
 * @throws NodeOperationError that says how large they are and how to raise the limit.
 */
export async function checkFilesFit(
	run: OperationRun,
	files: PlannedFile[],
	maxBytes: number | undefined,
): Promise<void> {
	const outputs = files.flatMap((file) => file.parts);
	if (maxBytes !== undefined) checkMaxTotalSize(run, outputs, maxBytes);
	await checkMemory(run, files, maxBytes);
	plan(run, outputs);
}

async function checkMemory(
	run: OperationRun,
	files: PlannedFile[],
	maxBytes: number | undefined,
): Promise<void> {
	const outputs = files.flatMap((file) => file.parts);
	const total = totalWith(run, outputs);
	if (total <= MEMORY_WARNING || !(await keepsFilesInMemory(run.context))) return;
	const largest = files.find((file) => bytesOf(file.parts) > LARGEST_IN_MEMORY);
	const inMemory = `n8n keeps files in its memory here. Set ${SETTING} to filesystem, and files of any size are streamed to disk`;
	if (largest !== undefined) {
		throw refusal(
			run,
			`${largest.name} is ${megabytes(bytesOf(largest.parts))}, more than n8n can keep in memory (${megabytes(LARGEST_IN_MEMORY)})`,
			`${inMemory}.`,
		);
	}
	if (maxBytes === undefined && total > MEMORY_CEILING) {
		throw refusal(
			run,
			`${sizeOf(outputs, total)}, and n8n would keep all of it in memory`,
			`${inMemory}. Or narrow the filters, or allow more with the option Max Total Size.`,
		);
	}
	run.hints.add(
		`${sizeOf(outputs, total)}, and n8n needs about six times as much memory for it. Set ${SETTING} to filesystem to keep them on disk.`,
	);
}

/**
 * Checks before any download that the rows of the files fit into n8n's memory as items.
 *
 * @throws NodeOperationError that says how large they are and how to raise the limit.
 */
export function checkRowsFit(
	run: OperationRun,
	outputs: RemoteFile[],
	{ limit, maxBytes }: { limit: number; maxBytes: number | undefined },
): void {
	if (maxBytes !== undefined) checkMaxTotalSize(run, outputs, maxBytes);
	const total = totalWith(run, outputs);
	if (maxBytes === undefined && limit === Infinity && total > ROWS_CEILING) {
		throw refusal(
			run,
			`${sizeOf(outputs, total)}, too much to read whole: n8n keeps every row in memory as an item`,
			'Narrow the filters, set a Limit, or allow more with the option Max Total Size. To pass whole files on, use Download.',
		);
	}
	plan(run, outputs);
	if (maxBytes !== undefined || limit !== Infinity) return;
	const unknown = outputs.filter(({ data }) => typeof data.num_bytes !== 'number').length;
	if (unknown > 0) {
		run.hints.add(
			`The service does not say how large ${unknown} of the ${outputs.length} files are, so their size was not checked before reading.`,
		);
	}
}

/**
 * Checks files of unknown size once the storage states it, or as they arrive: call the returned function
 * with the size of each.
 *
 * @throws NodeOperationError when n8n would keep more in memory than it can.
 */
export function checkUnknownSizes(
	run: OperationRun,
	kind: 'files' | 'rows',
): (file: RemoteFile, bytes: number) => Promise<void> {
	const known = new Map<string, number>();
	const most = kind === 'rows' ? ROWS_CEILING : MEMORY_CEILING;
	let total = 0;
	let isInMemory: Promise<boolean> | undefined;
	return async ({ id, data }, bytes) => {
		const before = known.get(id) ?? 0;
		if (bytes <= before) return;
		known.set(id, bytes);
		total += bytes - before;
		if (total <= most) return;
		isInMemory ??= kind === 'rows' ? Promise.resolve(true) : keepsFilesInMemory(run.context);
		if (!(await isInMemory)) return;
		const name = data.filename ?? id;
		const others = known.size > 1 ? ` with the ${known.size - 1} before it` : '';
		const advice =
			kind === 'rows'
				? 'Narrow the filters, or set a Limit. To pass whole files on, use Download.'
				: `n8n keeps files in its memory here. Set ${SETTING} to filesystem, and files of any size are streamed to disk. Or narrow the filters.`;
		throw run.client.usageError(
			`${name} has ${megabytes(total)} or more${others}, too much for n8n's memory`,
			`The service did not state this before. ${advice}`,
		);
	};
}

/** @throws NodeOperationError when the outputs are larger than allowed, or their size is unknown. */
function checkMaxTotalSize(run: OperationRun, outputs: RemoteFile[], maxBytes: number): void {
	const unknown = outputs.find(({ data }) => typeof data.num_bytes !== 'number');
	if (unknown !== undefined) {
		throw refusal(
			run,
			`The service does not say how large ${unknown.data.filename ?? unknown.id} is, so Max Total Size cannot be checked`,
			'Narrow the filters so that they leave it out, or remove Max Total Size.',
		);
	}
	const total = totalWith(run, outputs);
	if (total <= maxBytes) return;
	throw refusal(
		run,
		`${sizeOf(outputs, total)}, more than Max Total Size allows (${megabytes(maxBytes)})`,
		'Narrow the filters, lower the Limit, or raise Max Total Size.',
	);
}

/**
 * Whether n8n keeps files in memory rather than in a store. Only a stored file reveals it: in a store, it
 * has an ID. The file stored here for the test is empty.
 */
async function keepsFilesInMemory({ helpers }: IExecuteFunctions): Promise<boolean> {
	const { id } = await helpers.prepareBinaryData(Buffer.alloc(0), 'empty.txt', 'text/plain');
	return id === undefined;
}

/** Bytes of the files that items of an execution fetch; refused ones do not count. */
const plannedIn = perExecution(() => ({ bytes: 0 }));

/** Bytes of these files plus those of earlier items in the same execution. */
const totalWith = ({ context }: OperationRun, outputs: RemoteFile[]): number =>
	plannedIn(context).bytes + bytesOf(outputs);

function plan(run: OperationRun, outputs: RemoteFile[]): void {
	plannedIn(run.context).bytes = totalWith(run, outputs);
}

const bytesOf = (outputs: RemoteFile[]): number =>
	outputs.reduce((sum, { data }) => sum + (data.num_bytes ?? 0), 0);

/** The start of a sentence about the size of the files. */
function sizeOf(outputs: RemoteFile[], total: number): string {
	const size = megabytes(bytesOf(outputs));
	if (total > bytesOf(outputs)) {
		return `The files of this item have ${size}, and ${megabytes(total)} with those of the items before`;
	}
	return outputs.length === 1
		? `The file has ${size}`
		: `The ${outputs.length} files have ${size} together`;
}

const megabytes = (bytes: number): string =>
	`${bytes < 10e6 ? Math.ceil(bytes / 1e5) / 10 : Math.ceil(bytes / 1e6)} MB`;

const refusal = ({ client }: OperationRun, problem: string, advice: string): Error =>
	client.usageError(problem, `Nothing was downloaded. ${advice}`);
