import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Connections } from '../../api/download/connections';
import { downloadOutput } from '../../api/download/download';
import { fileNameOf } from '../../api/download/scope';
import type { DownloadScope } from '../../api/download/scope';
import { usageError } from '../../api/errors';
import { combineOutputs } from '../../api/rows/combine';
import { partsByInput } from '../../api/rows/order';
import type { Output } from '../../api/schemas';
import { mapConcurrently } from '../concurrency';
import { errorItem } from '../errorItem';
import {
	jobField,
	limitFields,
	readJobId,
	readLimit,
	readSimplify,
	simplifyField,
} from '../fields';
import { outputItem } from '../items';
import type { Operation, OperationRun } from '../operation';
import { downloadOptions, readDownloadOptions } from './downloadOptions';
import type { DownloadOptions } from './downloadOptions';
import { withoutDownloaded } from './downloaded';
import { outputFilters, selectOutputs } from './selection';

/** Files between two lines in the log. */
const LOG_EVERY = 100;

/** `GET /batch/jobs/{id}/outputs`, then each file from its link. */
export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		description: 'Download the output files of a job, one item for each file',
		action: 'Download outputs',
	},
	fields: [jobField, ...limitFields, simplifyField, outputFilters, downloadOptions],
	async execute(run) {
		const options = readDownloadOptions(run);
		const { selected, links } = await selectOutputs(run, readLimit(run));
		checkTotalSize(run, selected, options);
		const scope: DownloadScope = { ...run, links };
		const fetchAll = async (outputs: Output[]) =>
			options.combine === 'none'
				? await downloadEach(run, scope, outputs, options)
				: await downloadCombined(run, scope, outputs, options);
		return options.skipDownloaded
			? await withoutDownloaded(run, selected, fetchAll)
			: await fetchAll(selected);
	},
};

async function downloadEach(
	run: OperationRun,
	scope: DownloadScope,
	outputs: Output[],
	{ concurrency, binaryProperty }: DownloadOptions,
): Promise<INodeExecutionData[]> {
	const simplify = readSimplify(run);
	const connections = new Connections(concurrency);
	let done = 0;
	const fetchOne = async (output: Output) => {
		const item = await orErrorItem(run, async () => ({
			json: outputItem(output, simplify),
			binary: { [binaryProperty]: await downloadOutput(scope, output, connections) },
		}));
		if (++done % LOG_EVERY === 0) {
			run.context.logger.info(`Archetype AI: ${done} of ${outputs.length} files downloaded`);
		}
		return item;
	};
	// Twice as many as there are connections: half of them are on their way into the store.
	return await mapConcurrently(outputs, 2 * concurrency, fetchOne, () => run.client.giveUp());
}

async function downloadCombined(
	run: OperationRun,
	scope: DownloadScope,
	outputs: Output[],
	{ combine, binaryProperty }: DownloadOptions,
): Promise<INodeExecutionData[]> {
	const byInput = partsByInput(outputs);
	const [first, ...rest] = byInput.flat();
	if (first === undefined) return [];
	const groups = combine === 'input' ? byInput : [[first, ...rest] as [Output, ...Output[]]];

	const items: INodeExecutionData[] = [];
	for (const parts of groups) {
		const item = await orErrorItem(run, async () => {
			const fileName = combinedName(run, parts, combine);
			const file = await combineOutputs(scope, parts, fileName);
			return {
				json: combinedItem(run, parts, combine, fileName),
				binary: { [binaryProperty]: file },
			};
		});
		items.push(item);
	}
	return items;
}

/** One lost file is no reason to lose the others, when the node continues on errors. */
async function orErrorItem(
	{ context }: OperationRun,
	fetch: () => Promise<INodeExecutionData>,
): Promise<INodeExecutionData> {
	return context.continueOnFail() ? await fetch().catch(errorItem) : await fetch();
}

/** `pred_pump7_part_0.csv` and its like as `pred_pump7.csv`; a job's file by port and job. */
function combinedName(
	run: OperationRun,
	[first]: [Output, ...Output[]],
	combine: DownloadOptions['combine'],
): string {
	const name = fileNameOf(first);
	const ending = /\.[^.]+$/.exec(name)?.[0] ?? '';
	const ofInput = name.replace(/_part_\d+(?=\.[^.]+$|$)/i, '');
	return combine === 'input' ? ofInput : `${first.port_name}_${readJobId(run)}${ending}`;
}

function combinedItem(
	run: OperationRun,
	parts: [Output, ...Output[]],
	combine: DownloadOptions['combine'],
	filename: string,
): IDataObject {
	const [{ port_name, input_id, input_file_id }] = parts;
	const ofInput = { input_id: input_id ?? null, input_file_id: input_file_id ?? null };
	return {
		job_id: readJobId(run),
		port_name,
		...(combine === 'input' ? ofInput : {}),
		filename,
		parts: parts.length,
	};
}

function checkTotalSize(
	run: OperationRun,
	outputs: Output[],
	{ maxTotalBytes }: DownloadOptions,
): void {
	const total = outputs.reduce((sum, { data }) => sum + (data.num_bytes ?? 0), 0);
	if (total <= maxTotalBytes) return;
	const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
	throw usageError(
		run.context.getNode(),
		`The ${outputs.length} files are ${megabytes(total)} together, more than Max Total Size allows (${megabytes(maxTotalBytes)})`,
		'Nothing was downloaded. Narrow the filters, lower the Limit, or raise Max Total Size.',
		run.itemIndex,
	);
}
