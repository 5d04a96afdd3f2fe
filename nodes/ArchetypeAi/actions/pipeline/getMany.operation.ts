import { pipelineItem, pipelines } from '../../api/pipelines/pipeline';
import { choiceFilter, pipelineTypeFilter } from '../../fields/filters';
import { listOperation } from '../listOperation';

/** `GET /batch/registry/pipelines` */
export const getManyPipelines = listOperation({
	option: {
		name: 'Get Many',
		value: 'getMany',
		description:
			'Get the pipelines that jobs can be created with, one for each version, with the ports that take files',
		action: 'Get many pipelines',
	},
	rows: 'pipelines',
	filters: {
		pipeline_type: pipelineTypeFilter('Only return pipelines of this type'),
		status: choiceFilter(
			'status',
			'Status',
			['published', 'draft', 'deactivated', 'deleted'],
			'Only return versions with this status',
		),
		visibility: choiceFilter(
			'visibility',
			'Visibility',
			['platform', 'org'],
			'Whether to return those of the platform or of your organization',
		),
	},
	list: ({ client }, query) => pipelines(client, query),
	item: pipelineItem,
});
