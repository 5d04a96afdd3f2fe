import {
	jobField,
	limitFields,
	listOptions,
	readLimit,
	readSimplify,
	simplifyField,
} from '../fields';
import { outputItem, toItems } from '../items';
import type { Operation } from '../operation';
import { outputFilters, selectOutputs } from './selection';

/** `GET /batch/jobs/{id}/outputs` */
export const getMany: Operation = {
	option: {
		name: 'Get Many',
		value: 'getMany',
		description: 'Get a list of the output files of a job, without their contents',
		action: 'Get many outputs',
	},
	fields: [jobField, ...limitFields, simplifyField, outputFilters, listOptions],
	async execute(run) {
		const { selected } = await selectOutputs(run, readLimit(run));
		return toItems(selected, outputItem, readSimplify(run));
	},
};
