import type { IDataObject } from 'n8n-workflow';

import { findPipeline } from '../../api/pipelines/find';
import { readPipelineSchema } from '../../api/pipelines/pipeline';
import { settingsOf } from '../../api/pipelines/settings';
import { readSimplify, simplifyField } from '../../fields/list';
import { pipelineField } from '../../fields/pipeline';
import type { Operation } from '../operation';

/** `GET /batch/registry/pipelines/{id}/schema` */
export const getPipelineSchema: Operation = {
	option: {
		name: 'Get Schema',
		value: 'getSchema',
		description:
			'Get the parameters that a job of a pipeline takes: each with its type, default, choices and whether it is required. Simplified, there is one item for each parameter.',
		action: 'Get the schema of a pipeline',
	},
	fields: [pipelineField, simplifyField],
	async execute({ client, hints, parameters }) {
		const { id } = await findPipeline(client, parameters.id(pipelineField));
		const reply = await readPipelineSchema(client, id);
		if (!readSimplify(parameters)) return [{ json: reply as IDataObject }];
		const schema = reply.user_schema ?? reply.user_config_schema ?? reply.config_schema ?? {};
		const settings = settingsOf(schema);
		if (settings.length === 0) hints.add('The pipeline does not describe its parameters.');
		return settings.map((setting) => ({
			json: {
				...{ name: setting.id, title: setting.title, type: setting.kind },
				required: setting.isRequired,
				default: (setting.default ?? null) as IDataObject,
				choices: setting.choices as IDataObject[],
				description: setting.description,
			},
		}));
	},
};
