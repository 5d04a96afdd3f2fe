import { JOB_STATUSES, jobItem, jobs } from '../../api/jobs';
import { pipelineTypeFilter, searchFilter, statusFilter } from '../../fields/filters';
import { listOperation } from '../listOperation';

/** `GET /batch/jobs`: one list, or one for each chosen status. */
export const getManyJobs = listOperation({
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get a list of jobs with their status, outcome and progress',
		action: 'Get many jobs',
	},
	rows: 'jobs',
	filters: {
		pipeline_type: pipelineTypeFilter('Only return jobs of pipelines of this type'),
		q: searchFilter('Only return jobs that this text finds in the search of the service'),
		status: statusFilter(JOB_STATUSES, 'jobs'),
	},
	onePerStatus: JOB_STATUSES,
	list: ({ client }, query) => jobs(client, query),
	item: jobItem,
});
