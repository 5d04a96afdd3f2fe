import { readStorageInfo, storageInfoItem } from '../../api/storageInfo';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

/** `GET /files/info` */
export const getStorageInfo: Operation = {
	option: {
		name: 'Get Storage Info',
		value: 'getStorageInfo',
		description:
			'Get the number of uploaded files of the organization, and their total size in bytes',
		action: 'Get storage info',
	},
	fields: [],
	async execute({ client }) {
		return toItems([await readStorageInfo(client)], storageInfoItem, true);
	},
};
