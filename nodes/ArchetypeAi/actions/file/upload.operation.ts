import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { safeFileName } from '../../api/fileName';
import { perExecution } from '../../api/perExecution';
import type { LocalFile } from '../../api/uploads/file';
import { namedByContent, uploadFile } from '../../api/uploads/upload';
import type { IfExists } from '../../api/uploads/upload';
import { fileConcurrencyOption, optionsField } from '../../fields/list';
import { orErrorItem } from '../errorItem';
import { binaryFields, localFile } from '../localFile';
import type { Operation, OperationRun } from '../operation';
import { connectionsOf } from './connections';

const fieldsField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryFields',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The name of the input field that holds the file, several with commas between them, or * for all',
	description: 'Which files of each item are uploaded',
};

const existsField: INodeProperties = {
	displayName: 'If File Exists',
	name: 'ifExists',
	type: 'options',
	default: 'fail',
	description: 'What to do when the organization already has a file with the same name',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'Upload nothing and stop with an error',
		},
		{
			name: 'Keep Both',
			value: 'keepBoth',
			description: 'Upload it under a name that is made unique by a hash of its content',
		},
		{
			name: 'Replace',
			value: 'replace',
			description:
				'Replace the other file. Above 4 MB or in JSONL, the other one is deleted first, so neither exists if the upload then fails.',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Upload nothing if that file has the same size; otherwise stop with an error',
		},
	],
};

const nameOption: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. pump7.csv',
	description:
		'The name of the file at the service, where it is also its ID. Defaults to the name of the file.',
};

const typeOption: INodeProperties = {
	displayName: 'Content Type',
	name: 'contentType',
	type: 'string',
	default: '',
	placeholder: 'e.g. text/csv',
	description: 'The type of the file. By default, it is derived from the file extension.',
};

const uploadOptions = optionsField([
	typeOption,
	nameOption,
	{ ...fileConcurrencyOption, description: 'How many files are uploaded at the same time' },
]);

/** `POST /files`, or `POST /files/uploads/…` for large files and JSONL. */
export const uploadFiles: Operation = {
	option: {
		name: 'Upload',
		value: 'upload',
		description: 'Upload files of the incoming items, so that jobs can process them',
		action: 'Upload files',
	},
	fields: [fieldsField, existsField, uploadOptions],
	itemsAtOnce: 16,
	async execute(run) {
		const { client, context, parameters } = run;
		const fields = binaryFields(run, parameters.names(fieldsField));
		const options = parameters.within(uploadOptions);
		const name = options.text(nameOption);
		if (name !== undefined && fields.length > 1) {
			throw client.usageError(
				'"File Name" is one name, and this item has several files',
				'Remove File Name from the options, or name one field in Input Binary Field.',
			);
		}
		const ifExists = (parameters.choice(existsField) as IfExists | undefined) ?? 'fail';
		const connections = connectionsOf(run);
		const type = options.text(typeOption);
		const items: INodeExecutionData[] = [];
		for (const field of fields) {
			const upload = async () => {
				const local = await localFile(run, field, { name, type });
				noteName(run, local);
				const names = namesIn(context);
				const isTwin = names.has(local.name);
				names.add(local.name);
				if (isTwin && ifExists !== 'keepBoth') throw twinError(run, local.name);
				const [file, choice] = isTwin
					? ([await namedByContent(local), 'skip'] as const)
					: ([local, ifExists] as const);
				const { file: taken, ...how } = await uploadFile(client, file, choice, connections);
				return { json: item(taken, file, how) };
			};
			items.push(await orErrorItem(run, () => ({ binary_field: field }), upload));
		}
		return items;
	},
};

/** The names of the files of one execution: at the service, one replaces another of its name. */
const namesIn = perExecution(() => new Set<string>());

const twinError = ({ client }: OperationRun, name: string): Error =>
	client.usageError(
		`Several files of this run have the name "${name}"`,
		'Only the first of them was uploaded. Give each its own File Name in the options, or set If File Exists to Keep Both.',
	);

/** Says when a file cannot keep its name. */
function noteName({ hints }: OperationRun, { name, source }: LocalFile): void {
	const kept = safeFileName(source.name, '');
	if (kept === source.name || kept !== name) return;
	hints.add(
		`The file "${source.name.slice(0, 100)}" has the name "${name}" at the service: names have no folders, none of <>:"|?* and at most 255 bytes.`,
	);
}

function item(
	taken: IDataObject,
	{ type, source }: LocalFile,
	{ isSent, isResumed }: { isSent: boolean; isResumed: boolean },
): IDataObject {
	const { file_id, file_uid, num_bytes } = taken;
	return {
		...{ file_id, file_uid: file_uid ?? null, file_type: type },
		num_bytes: num_bytes ?? source.bytes,
		uploaded: isSent,
		...(isResumed && { resumed: true }),
	};
}
