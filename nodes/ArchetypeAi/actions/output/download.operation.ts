import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { mapConcurrently } from '../../api/concurrency';
import { downloadFile } from '../../api/files/download';
import type { Links } from '../../api/files/links';
import { safeNameOf } from '../../api/files/remoteFile';
import { distinctName } from '../../api/files/transfer';
import type { Transfer } from '../../api/files/transfer';
import { safeFileName } from '../../api/fileName';
import { combineFiles } from '../../api/rows/combine';
import { Parts } from '../../api/rows/parts';
import { outputItem } from '../../api/outputs';
import type { Output } from '../../api/outputs';
import { jobField } from '../../fields/job';
import {
	contentLimitFields,
	readConcurrency,
	readLimit,
	readSimplify,
	simplifyField,
} from '../../fields/list';
import { Semaphore } from '../../api/semaphore';
import { orErrorItem } from '../errorItem';
import { readJobId } from '../jobId';
import { filesSkipped, limitReached } from '../leftOut';
import type { Operation, OperationRun } from '../operation';
import { checkFilesFit, checkUnknownSizes } from '../size';
import { downloadOptions, readDownloadOptions } from './downloadOptions';
import type { DownloadOptions } from './downloadOptions';
import { aboutFile } from './aboutFile';
import { markDownloaded, notYetDownloaded } from './downloaded';
import { hasInput, partsByInput, wholeName } from './partsByInput';
import { progressOf } from './progress';
import { outputFilters, selectOutputs } from './selection';

/** `GET /batch/jobs/{id}/outputs`, then each file from its link. */
export const downloadOutputs: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		description:
			'Download the output files of a job: one item for each file, with the file as binary data',
		action: 'Download outputs',
	},
	fields: [jobField, ...contentLimitFields, simplifyField, outputFilters, downloadOptions],
	async execute(run) {
		const options = readDownloadOptions(run.parameters);
		const { outputs, links } = await chooseOutputs(run, options);
		const transfer: Transfer = { ...run, links, measure: checkUnknownSizes(run, 'files') };
		const deliveries =
			options.combine === 'none'
				? await downloadEach(run, transfer, outputs, options)
				: await downloadCombined(run, transfer, outputs, options);
		if (options.skipDownloaded) {
			const arrived = deliveries.filter(hasArrived).flatMap(({ outputs }) => outputs);
			markDownloaded(run, arrived);
		}
		return deliveries.map(({ item }) => item);
	},
};

/** An item, and the outputs whose files it holds; none if it is about an error. */
interface Delivery {
	item: INodeExecutionData;
	outputs: Output[];
}

const hasArrived = ({ item }: Delivery): boolean => item.binary !== undefined;

/** The outputs to download; Limit counts only those that are not left out. */
async function chooseOutputs(
	run: OperationRun,
	{ skipDownloaded }: DownloadOptions,
): Promise<{ outputs: Output[]; links: Links }> {
	const limit = readLimit(run.parameters);
	const concurrency = readConcurrency(run.parameters);
	const wanted = skipDownloaded ? Infinity : limit;
	const { selected, isCut, links } = await selectOutputs(run, wanted, concurrency);
	const outputs = skipDownloaded ? await notYetDownloaded(run, selected) : selected;
	filesSkipped(run, selected.length - outputs.length);
	if (isCut || outputs.length > limit) limitReached(run, limit, 'files');
	return { outputs: outputs.slice(0, limit), links };
}

async function downloadEach(
	run: OperationRun,
	transfer: Transfer,
	outputs: Output[],
	{ concurrency, binaryProperty, maxBytes }: DownloadOptions,
): Promise<Delivery[]> {
	const files = outputs.map((output) => ({ name: safeNameOf(output), parts: [output] }));
	await checkFilesFit(run, files, maxBytes);
	const simplify = readSimplify(run.parameters);
	const connections = new Semaphore(concurrency);
	const progress = progressOf(run, 'downloaded', outputs.length);
	const fetchOne = async (output: Output): Promise<Delivery> => {
		const about = () => aboutFile(run, output);
		const item = await orErrorItem(run, about, async () => ({
			json: outputItem(output, simplify),
			binary: { [binaryProperty]: await downloadFile(transfer, output, connections) },
		}));
		progress();
		return { item, outputs: [output] };
	};
	// Twice as many as there are connections: half of them are being stored.
	return await mapConcurrently(outputs, 2 * concurrency, fetchOne, () => run.client.giveUp());
}

async function downloadCombined(
	run: OperationRun,
	transfer: Transfer,
	outputs: Output[],
	{ combine, concurrency, binaryProperty, maxBytes }: DownloadOptions,
): Promise<Delivery[]> {
	const byInput = partsByInput(outputs);
	const [first, ...rest] = byInput.flat();
	if (first === undefined) return [];
	if (combine === 'input') checkInputsKnown(run, byInput);
	const groups = combine === 'input' ? byInput : [[first, ...rest] as [Output, ...Output[]]];
	const files = groups.map((parts) => ({
		parts,
		name: distinctName(run, combinedName(run, parts, combine)),
	}));
	await checkFilesFit(run, files, maxBytes);
	const all = new Parts(transfer, [first, ...rest], concurrency);
	const progress = progressOf(run, 'combined', outputs.length);

	const deliveries: Delivery[] = [];
	for (const { parts, name } of files) {
		const json = combinedItem(run, parts, combine, name);
		// The part being read, for the error item.
		const part: IDataObject = {};
		const onPart = ({ id, data }: Output) =>
			Object.assign(part, { part_id: id, part_filename: data.filename ?? null });
		const fetch = async () => {
			const on = { begin: onPart, end: progress };
			const file = await combineFiles(transfer, all, parts, name, on);
			return { json, binary: { [binaryProperty]: file } };
		};
		const item = await orErrorItem(run, () => ({ ...json, ...part }), fetch);
		deliveries.push({ item, outputs: parts });
	}
	return deliveries;
}

/**
 * Adds a hint that parts are told apart by name when the service does not state their input.
 *
 * @throws NodeOperationError when two of them have the same name, and so come from two inputs.
 */
function checkInputsKnown({ client, hints }: OperationRun, groups: Output[][]): void {
	const unknown = groups.filter(([first]) => first !== undefined && !hasInput(first));
	if (unknown.length === 0) return;
	for (const parts of unknown) {
		const names = parts.map(({ data, id }) => data.filename ?? id);
		const double = names.find((name, place) => names.indexOf(name) !== place);
		if (double === undefined) continue;
		throw client.usageError(
			`The service does not say from which inputs the files of ${parts[0]!.port_name} are, and several have the name ${double}`,
			'They cannot be combined by input. Set Combine to No, or to One File per Job if it does not matter where rows come from.',
		);
	}
	hints.add(
		'The service does not say from which inputs some of the files are: they are told apart by their names.',
	);
}

/** `pred_pump7_part_0.csv` and similar become `pred_pump7.csv`; a job's file is named by port and job. */
function combinedName(
	run: OperationRun,
	[first]: [Output, ...Output[]],
	combine: DownloadOptions['combine'],
): string {
	// Combined files are unpacked.
	const name = safeNameOf(first).replace(/(?<=.)\.gz$/i, '');
	const ending = /\.[^.]+$/.exec(name)?.[0] ?? '';
	const ofInput = wholeName(name);
	const ofJob = `${first.port_name}_${readJobId(run)}${ending}`;
	return combine === 'input' ? ofInput : safeFileName(ofJob, name);
}

function combinedItem(
	run: OperationRun,
	parts: [Output, ...Output[]],
	combine: DownloadOptions['combine'],
	filename: string,
): IDataObject {
	const [{ id, port_name, input_id, input_file_id }] = parts;
	const ofInput = { input_id: input_id ?? null, input_file_id: input_file_id ?? null };
	const jobId = readJobId(run);
	return {
		// Identifies the file, as the ID of an output does.
		id: combine === 'input' ? (input_id ?? id) : jobId,
		job_id: jobId,
		port_name,
		...(combine === 'input' ? ofInput : {}),
		filename,
		parts: parts.length,
	};
}
