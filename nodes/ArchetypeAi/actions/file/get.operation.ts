import { readStoredFile, storedFileItem } from '../../api/storedFiles';
import { chosenFileField } from '../../fields/file';
import { readSimplify, simplifyField } from '../../fields/list';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

/** `GET /files/metadata/{file_id}` */
export const getFile: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description:
			'Get information about an uploaded file, without its content: its type, size and status, and the rows and columns of a CSV',
		action: 'Get a file',
	},
	fields: [chosenFileField, simplifyField],
	async execute({ client, parameters }) {
		const file = await readStoredFile(client, parameters.id(chosenFileField));
		return toItems([file], storedFileItem, readSimplify(parameters));
	},
};
