import type { IDataObject } from 'n8n-workflow';

import { jobField } from '../fields/job';
import type { OperationRun } from './operation';

/** The ID of the job that the operation is about; '' when none was chosen. */
export const readJobId = ({ parameters }: OperationRun): string => parameters.id(jobField);

/** The field of an error item that says which job it is about; none for what is about no job. */
export function aboutJob(run: OperationRun): IDataObject {
	try {
		const jobId = readJobId(run);
		return jobId === '' ? {} : { job_id: jobId };
	} catch {
		return {};
	}
}
