import { readStorageInfo, storageInfoItem } from '../../api/storageInfo';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

/** `GET /files/info` */
export const getStorageInfo: Operation = {
	option: {
		name: 'Get Storage Info',
		value: 'getStorageInfo',
		description:
			'Get how many uploaded files the organization has, and how many bytes they have together',
		action: 'Get storage info',
	},
	fields: [],
	async execute({ client }) {
		return toItems([await readStorageInfo(client)], storageInfoItem, true);
	},
};
