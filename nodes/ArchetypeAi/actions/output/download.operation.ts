import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Connections } from '../../api/download/connections';
import { downloadOutput } from '../../api/download/download';
import type { Links } from '../../api/download/links';
import { distinctName, fileNameOf } from '../../api/download/scope';
import type { DownloadScope } from '../../api/download/scope';
import { usageError } from '../../api/errors';
import { safeFileName } from '../../api/fileName';
import { combineOutputs } from '../../api/rows/combine';
import { partsByInput } from '../../api/rows/order';
import { Parts } from '../../api/rows/parts';
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
import { notYetDownloaded } from './downloaded';
import { progressOf } from './progress';
import { outputFilters, selectOutputs } from './selection';

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
		const { outputs, links } = await chooseOutputs(run, options);
		checkTotalSize(run, outputs, options);
		const scope: DownloadScope = { ...run, links };
		const fetchAll = options.combine === 'none' ? downloadEach : downloadCombined;
		const deliveries = await fetchAll(run, scope, outputs, options);
		if (options.skipDownloaded) {
			for (const { id } of deliveries.filter(hasArrived).flatMap(({ outputs }) => outputs)) {
				run.handedOn.add(id);
			}
		}
		return deliveries.map(({ item }) => item);
	},
};

/** An item, and the outputs whose files it holds; none of them when it tells of an error. */
interface Delivery {
	item: INodeExecutionData;
	outputs: Output[];
}

const hasArrived = ({ item }: Delivery): boolean => item.error === undefined;

/** What is to be downloaded; Limit counts only what is not left out. */
async function chooseOutputs(
	run: OperationRun,
	{ skipDownloaded }: DownloadOptions,
): Promise<{ outputs: Output[]; links: Links }> {
	const limit = readLimit(run);
	const { selected, links } = await selectOutputs(run, skipDownloaded ? Infinity : limit);
	const outputs = skipDownloaded ? await notYetDownloaded(run, selected) : selected;
	return { outputs: outputs.slice(0, limit), links };
}

async function downloadEach(
	run: OperationRun,
	scope: DownloadScope,
	outputs: Output[],
	{ concurrency, binaryProperty }: DownloadOptions,
): Promise<Delivery[]> {
	const simplify = readSimplify(run);
	const connections = new Connections(concurrency);
	const progress = progressOf(run, 'downloaded', outputs.length);
	const fetchOne = async (output: Output): Promise<Delivery> => {
		const item = await orErrorItem(run, async () => ({
			json: outputItem(output, simplify),
			binary: { [binaryProperty]: await downloadOutput(scope, output, connections) },
		}));
		progress();
		return { item, outputs: [output] };
	};
	// Twice as many as there are connections: half of them are on their way into the store.
	return await mapConcurrently(outputs, 2 * concurrency, fetchOne, () => run.client.giveUp());
}

async function downloadCombined(
	run: OperationRun,
	scope: DownloadScope,
	outputs: Output[],
	{ combine, concurrency, binaryProperty }: DownloadOptions,
): Promise<Delivery[]> {
	const byInput = partsByInput(outputs);
	const [first, ...rest] = byInput.flat();
	if (first === undefined) return [];
	const groups = combine === 'input' ? byInput : [[first, ...rest] as [Output, ...Output[]]];
	const all = new Parts(scope, [first, ...rest], concurrency);
	const progress = progressOf(run, 'combined', outputs.length);

	const deliveries: Delivery[] = [];
	for (const parts of groups) {
		const item = await orErrorItem(run, async () => {
			const fileName = distinctName(run, combinedName(run, parts, combine));
			const file = await combineOutputs(scope, all, parts, fileName, progress);
			return {
				json: combinedItem(run, parts, combine, fileName),
				binary: { [binaryProperty]: file },
			};
		});
		deliveries.push({ item, outputs: parts });
	}
	return deliveries;
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
	// What is combined has been unpacked.
	const name = fileNameOf(first).replace(/(?<=.)\.gz$/i, '');
	const ending = /\.[^.]+$/.exec(name)?.[0] ?? '';
	const ofInput = name.replace(/_part_\d+(?=\.[^.]+$|$)/i, '');
	const ofJob = `${first.port_name}_${readJobId(run)}${ending}`;
	return combine === 'input' ? ofInput : safeFileName(ofJob, name);
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

/** @throws NodeOperationError when the outputs are larger than allowed, or that cannot be told. */
function checkTotalSize(
	run: OperationRun,
	outputs: Output[],
	{ maxTotalBytes }: DownloadOptions,
): void {
	if (maxTotalBytes === Infinity) return;
	const fail = (problem: string, advice: string) =>
		usageError(run.context.getNode(), problem, `Nothing was downloaded. ${advice}`, run.itemIndex);

	const unknown = outputs.find(({ data }) => typeof data.num_bytes !== 'number');
	if (unknown !== undefined) {
		throw fail(
			`The service does not say how large ${fileNameOf(unknown)} is, so Max Total Size cannot be kept`,
			'Narrow the filters so that they leave it out, or remove Max Total Size.',
		);
	}
	const total = outputs.reduce((sum, { data }) => sum + (data.num_bytes ?? 0), 0);
	if (total <= maxTotalBytes) return;
	const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
	throw fail(
		`The ${outputs.length} files are ${megabytes(total)} together, more than Max Total Size allows (${megabytes(maxTotalBytes)})`,
		'Narrow the filters, lower the Limit, or raise Max Total Size.',
	);
}
