import { queueItem, readQueues } from '../../api/queues';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

/** `GET /batch/jobs/queue` */
export const getQueueDepths: Operation = {
	option: {
		name: 'Get Depths',
		value: 'getDepths',
		description:
			'Get the number of waiting jobs in the queue of each pipeline type, across all organizations',
		action: 'Get depths of the queues',
	},
	fields: [],
	async execute({ client }) {
		return toItems(await readQueues(client), queueItem, true);
	},
};
