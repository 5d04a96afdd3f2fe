import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { readInputTraces, tracePoints } from '../../api/inputTraces';
import type { KnownTraces } from '../../api/inputTraces';
import { perExecution } from '../../api/perExecution';
import { jobField } from '../../fields/job';
import { readSimplify, simplifyField } from '../../fields/list';
import { readJobId } from '../jobId';
import type { Operation } from '../operation';

const bucketsField: INodeProperties = {
	displayName: 'Buckets',
	name: 'buckets',
	type: 'number',
	typeOptions: { minValue: 10, maxValue: 1000 },
	default: 100,
	description: 'How many equal intervals to divide the time of the job into',
};

/** What was requested earlier in the same execution. */
const knownIn = perExecution((): KnownTraces => new Map());

/** `GET /batch/jobs/{id}/inputs/progress/traces` */
export const getInputTraces: Operation = {
	option: {
		name: 'Get Traces',
		value: 'getTraces',
		description:
			'Get the progress of a job over time: how many inputs were completed and failed at the end of each interval. Made for charts.',
		action: 'Get traces of inputs',
	},
	fields: [jobField, bucketsField, simplifyField],
	async execute(run) {
		const { client, context, parameters } = run;
		const buckets = parameters.wholeNumber(bucketsField) ?? Number(bucketsField.default);
		const traces = await readInputTraces(client, readJobId(run), buckets, knownIn(context));
		const rows = readSimplify(parameters) ? tracePoints(traces) : [traces as IDataObject];
		return rows.map((json) => ({ json }));
	},
};
