import { entriesByTime, progressEntries, progressEntryItem } from '../../api/progressEntries';
import { inputIdFilter, textFilter } from '../../fields/filters';
import { listOfJobOperation } from '../listOperation';

/** `GET /batch/jobs/{id}/progress` */
export const getManyProgressEntries = listOfJobOperation({
	option: {
		name: 'Get Many',
		value: 'getMany',
		description:
			'Get the history of a job step by step, with the numbers that its worker reported. For the current state of its inputs, use Get Many Progress of Input.',
		action: 'Get many progress entries',
	},
	rows: 'progress entries',
	filters: {
		input_id: inputIdFilter('Only return entries of this input'),
		kind: textFilter('kind', 'Kind', 'Only return entries of this kind', 'inference'),
	},
	list: progressEntries,
	oldestFirst: entriesByTime,
	item: progressEntryItem,
});
