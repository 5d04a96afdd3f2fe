import { downloadFile } from '../../api/files/download';
import { PathLinks } from '../../api/files/pathLinks';
import type { RemoteFile } from '../../api/files/remoteFile';
import { safeNameOf } from '../../api/files/remoteFile';
import { filePath } from '../../api/paths';
import { readStoredFile, storedFileItem } from '../../api/storedFiles';
import { chosenFileField } from '../../fields/file';
import {
	fileConcurrencyOption,
	optionsField,
	readSimplify,
	simplifyField,
} from '../../fields/list';
import type { Operation } from '../operation';
import { binaryPropertyOption, readBinaryProperty } from '../outputField';
import { checkFilesFit, checkUnknownSizes } from '../size';
import { connectionsOf } from './connections';

const options = optionsField([binaryPropertyOption, fileConcurrencyOption]);

/** `GET /files/metadata/{file_id}`, then `GET /files/download/{file_id}` */
export const downloadStoredFile: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		description: 'Download an uploaded file, as binary data of the item',
		action: 'Download a file',
	},
	fields: [chosenFileField, simplifyField, options],
	itemsAtOnce: 16,
	async execute(run) {
		const { client, parameters } = run;
		const fileId = parameters.id(chosenFileField);
		const ref = filePath(client, 'download', fileId);
		const stored = await readStoredFile(client, fileId);
		const file: RemoteFile = {
			id: fileId,
			data: {
				ref,
				filename: fileId,
				file_type: stored.file_type,
				num_bytes: stored.num_bytes,
			},
		};
		await checkFilesFit(run, [{ name: safeNameOf(file), parts: [file] }], undefined);
		const connections = connectionsOf(run);
		const transfer = { ...run, links: new PathLinks(), measure: checkUnknownSizes(run, 'files') };
		const property = readBinaryProperty(parameters.within(options));
		const data = await downloadFile(transfer, file, connections);
		return [
			{
				json: storedFileItem(stored, readSimplify(parameters)),
				binary: { [property]: data },
			},
		];
	},
};
