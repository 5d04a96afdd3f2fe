import { findPipeline } from '../../api/pipelines/find';
import { pipelineItem, readPipeline } from '../../api/pipelines/pipeline';
import { readSimplify, simplifyField } from '../../fields/list';
import { pipelineField } from '../../fields/pipeline';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

/** `GET /batch/registry/pipelines/{id}`, for the ID that the key has in this environment. */
export const getPipeline: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description: 'Get a pipeline with its ports: which files its jobs take, and what they return',
		action: 'Get a pipeline',
	},
	fields: [pipelineField, simplifyField],
	async execute({ client, parameters }) {
		const { id } = await findPipeline(client, parameters.id(pipelineField));
		return toItems([await readPipeline(client, id)], pipelineItem, readSimplify(parameters));
	},
};
