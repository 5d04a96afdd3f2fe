import { isObject } from '../../api/envelopes';
import type { InputEntry } from '../../api/pipelines/inputs';
import { text } from '../../api/text';
import type { LocalFile } from '../../api/uploads/file';
import { namedByContent } from '../../api/uploads/upload';
import { fileField } from '../../fields/file';
import type { Parameters } from '../../fields/parameters';
import { binaryFields, localFile } from '../localFile';
import type { ItemOfFiles } from '../localFile';
import {
	binaryField,
	inputsField,
	inputsJsonField,
	labelField,
	portField,
	sourceField,
	specifyInputsField,
} from './createFields';

/** An input, and the file to upload for it before the job is created. */
export interface PlannedInput extends InputEntry {
	upload?: LocalFile;
}

/** An input as given in the fields or the JSON: an uploaded file, or binary fields. */
interface Given extends InputEntry {
	binary?: string[];
}

/**
 * The inputs in the fields of one item. Files of binary fields are named by their content; nothing is sent
 * yet.
 *
 * @throws NodeOperationError for a value that makes no sense, and for a binary field that the item lacks.
 */
export async function readInputs(
	item: ItemOfFiles,
	parameters: Parameters,
): Promise<PlannedInput[]> {
	const planned: PlannedInput[] = [];
	for (const { binary, ...entry } of givenBy(parameters)) {
		if (binary === undefined) planned.push(entry);
		for (const field of binary === undefined ? [] : binaryFields(item, binary)) {
			const upload = await namedByContent(await localFile(item, field));
			planned.push({ ...entry, fileId: upload.name, upload });
		}
	}
	return planned;
}

function givenBy(parameters: Parameters): Given[] {
	if (parameters.choice(specifyInputsField) === 'json') {
		return entriesOf(parameters.json(inputsJsonField), parameters);
	}
	return parameters.entries(inputsField, 'entries').map((entry, index) => {
		const isBinary = entry.choice(sourceField) === 'binary';
		return {
			port: entry.text(portField) ?? '',
			fileId: isBinary ? '' : entry.id(fileField),
			label: entry.text(labelField),
			place: `Inputs, entry ${index + 1}`,
			...(isBinary && { binary: entry.names(binaryField) }),
		};
	});
}

/** Inputs as a list of entries, or by port as in the API. */
function entriesOf(json: unknown, parameters: Parameters): Given[] {
	const entries = Array.isArray(json) ? json : byPort(json);
	if (entries === undefined || !entries.every(isObject)) {
		throw parameters.wrong(inputsJsonField, json, 'a list of objects with port, file and label');
	}
	return entries.map((entry, index) => {
		const { port, port_name, file, file_id, fileId, checkpoint_id, label, metadata } = entry;
		const given = [file, file_id, fileId, checkpoint_id].find((value) => value !== undefined);
		const labelled = label ?? (isObject(metadata) ? metadata.class : undefined);
		const binary = text(entry.binary);
		return {
			port: text(port ?? port_name),
			// A file as an item of a list of files.
			fileId: text(isObject(given) ? given.file_id : given),
			label: text(labelled) || undefined,
			place: `Inputs, entry ${index + 1}`,
			...(binary !== '' && given === undefined && { binary: [binary] }),
		};
	});
}

function byPort(json: unknown): unknown[] | undefined {
	if (json === undefined) return [];
	if (!isObject(json)) return undefined;
	return Object.entries(json).flatMap(([port, entries]) =>
		[entries].flat().map((entry) => (isObject(entry) ? { ...entry, port } : { file: entry, port })),
	);
}

/**
 * The inputs of several items as those of one job. An input that all of them share, such as a labelled example
 * chosen in the node, is added once.
 */
export function joinInputs(items: PlannedInput[][]): PlannedInput[] {
	const joined = new Map<string, PlannedInput>();
	for (const [item, entries] of items.entries()) {
		for (const entry of entries) {
			const { port, fileId, label, place } = entry;
			const key = JSON.stringify([port, fileId, label ?? '']);
			const named = items.length > 1 ? `${place} (item ${item})` : place;
			if (!joined.has(key)) joined.set(key, { ...entry, place: named });
		}
	}
	return [...joined.values()];
}
