import { EVENT_LEVELS, eventItem, events, eventsByTime } from '../../api/events';
import { choiceFilter, inputIdFilter, textFilter } from '../../fields/filters';
import { listOfJobOperation } from '../listOperation';

/** `GET /batch/jobs/{id}/events` */
export const getManyEvents = listOfJobOperation({
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get the events of a job: what its worker did, with which input, and its errors',
		action: 'Get many events',
	},
	rows: 'events',
	filters: {
		event_type: textFilter('eventType', 'Event Type', 'Only return this type', 'inference.failed'),
		input_id: inputIdFilter('Only return events of this input'),
		level: choiceFilter('level', 'Level', EVENT_LEVELS, 'Only return events of this level'),
	},
	list: events,
	oldestFirst: eventsByTime,
	item: eventItem,
});
