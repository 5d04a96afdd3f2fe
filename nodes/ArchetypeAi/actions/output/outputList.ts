import type { INodeProperties } from 'n8n-workflow';

import { outputs } from '../../api/lists';
import type { List } from '../../api/pages';
import type { Output } from '../../api/schemas';
import { portFilter, readFilters, readJobId } from '../fields';
import type { OperationRun } from '../operation';

interface Filters {
	inputId?: string;
	portName?: string;
}

/** The filters of `GET /batch/jobs/{id}/outputs`. */
export const outputFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		{
			displayName: 'Input ID',
			name: 'inputId',
			type: 'string',
			default: '',
			placeholder: 'e.g. inp_0b4x8m2k9xq4e8vt1c5b0n6dzr',
			description: 'Only return outputs made from this input',
		},
		portFilter('getOutputPorts'),
	],
};

/** `GET /batch/jobs/{id}/outputs` with the item's filters. */
export function outputList(run: OperationRun): List<Output> {
	const { inputId, portName } = readFilters<Filters>(run);
	const query = { port_name: portName || undefined, input_id: inputId || undefined };
	return outputs(run.client, readJobId(run), query, run.itemIndex);
}
