import { isObject } from '../../api/envelopes';
import type { InputEntry } from '../../api/pipelines/inputs';
import { text } from '../../api/text';
import { fileField } from '../../fields/file';
import type { Parameters } from '../../fields/parameters';
import {
	inputsField,
	inputsJsonField,
	labelField,
	portField,
	specifyInputsField,
} from './createFields';

/** The inputs that the fields of one item say, and what they cannot mean. */
export function readInputs(parameters: Parameters): InputEntry[] {
	if (parameters.choice(specifyInputsField) === 'json') {
		return entriesOf(parameters.json(inputsJsonField), parameters);
	}
	return parameters.entries(inputsField, 'entries').map((entry, index) => ({
		port: entry.text(portField) ?? '',
		fileId: entry.id(fileField),
		label: entry.text(labelField),
		place: `Inputs, entry ${index + 1}`,
	}));
}

/** Inputs as a list of entries, or port by port as the API takes them. */
function entriesOf(json: unknown, parameters: Parameters): InputEntry[] {
	const entries = Array.isArray(json) ? json : byPort(json);
	if (entries === undefined || !entries.every(isObject)) {
		throw parameters.wrong(inputsJsonField, json, 'a list of objects with port, file and label');
	}
	return entries.map((entry, index) => {
		const { port, port_name, file, file_id, fileId, checkpoint_id, label, metadata } = entry;
		const given = [file, file_id, fileId, checkpoint_id].find((value) => value !== undefined);
		const labelled = label ?? (isObject(metadata) ? metadata.class : undefined);
		return {
			port: text(port ?? port_name),
			// A file as it comes from a list of files.
			fileId: text(isObject(given) ? given.file_id : given),
			label: text(labelled) || undefined,
			place: `Inputs, entry ${index + 1}`,
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
export function joinInputs(items: InputEntry[][]): InputEntry[] {
	const joined = new Map<string, InputEntry>();
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
