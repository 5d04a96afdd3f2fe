import { isConflict, isGone, reworded } from '../../api/errors';
import { deleteStoredFile, readStoredFile } from '../../api/storedFiles';
import { chosenFileField } from '../../fields/file';
import { actionOptions, succeedOption } from '../actionOptions';
import type { Operation } from '../operation';

const options = actionOptions();

/** `DELETE /files/delete/{file_id}` */
export const deleteFile: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		description:
			'Permanently delete an uploaded file, for everybody in the organization. This cannot be undone. Jobs that need the file and are waiting, running or retried later will fail.',
		action: 'Delete a file',
	},
	fields: [chosenFileField, options],
	async execute({ client, hints, parameters }) {
		const fileId = parameters.id(chosenFileField);
		const succeeds = parameters.within(options).flag(succeedOption) === true;
		const reply = await deleteStoredFile(client, fileId).catch((error: Error) => {
			if (succeeds && isGone(error)) {
				hints.add(`There is no file "${fileId}": it was deleted before, or its name is wrong.`);
				return { is_valid: true };
			}
			if (!isConflict(error)) throw error;
			throw reworded(
				error,
				`File "${fileId}" could not be deleted: the service says that it is in use`,
				'Nothing was changed. Wait for the jobs and uploads that use it, then delete it.',
			);
		});
		if (reply.is_valid === false) {
			const isLeft = await readStoredFile(client, fileId).then(
				() => true,
				(error: Error) => !isGone(error),
			);
			if (isLeft || !succeeds) {
				throw client.usageError(
					`File "${fileId}" could not be deleted: the service says that it is not valid`,
					'Check it with File: Get. It may already be gone, or its upload may not have finished.',
				);
			}
		}
		return [{ json: { ...reply, file_id: fileId, is_valid: true, deleted: true } }];
	},
};
