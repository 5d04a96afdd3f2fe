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

/** An input, and the file that is uploaded for it before the job is made. */
export interface PlannedInput extends InputEntry {
	upload?: LocalFile;
}

/** An input as the fields or the JSON say it: of an uploaded file, or of binary fields. */
interface Given extends InputEntry {
	binary?: string[];
}

/**
 * The inputs that the fields of one item say. Files of binary fields are named by their content, and
 * nothing is sent yet.
 *
 * @throws NodeOperationError for what cannot be meant, and for a binary field that the item does not
 * have.
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

/** Inputs as a list of entries, or port by port as the API takes them. */
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
			// A file as it comes from a list of files.
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
 * The inputs of several items as those of one job. What is the same in all of them, such as a labelled
 * example that is chosen in the node, is one input.
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
