import { outputItem } from '../../api/outputs';
import { jobField } from '../../fields/job';
import {
	limitFields,
	listOptions,
	readConcurrency,
	readLimit,
	readSimplify,
	simplifyField,
} from '../../fields/list';
import { limitReached } from '../leftOut';
import type { Operation } from '../operation';
import { toItems } from '../toItems';
import { outputFilters, selectOutputs } from './selection';

/** `GET /batch/jobs/{id}/outputs` */
export const getManyOutputs: Operation = {
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get a list of the output files of a job, without their contents',
		action: 'Get many outputs',
	},
	fields: [jobField, ...limitFields, simplifyField, outputFilters, listOptions],
	async execute(run) {
		const limit = readLimit(run.parameters);
		const { selected, isCut } = await selectOutputs(run, limit, readConcurrency(run.parameters));
		if (isCut) limitReached(run, limit, 'outputs');
		return toItems(selected, outputItem, readSimplify(run.parameters));
	},
};
