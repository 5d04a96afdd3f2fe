import type { IDataObject } from 'n8n-workflow';

import type { Output } from '../../api/outputs';
import { readJobId } from '../jobId';
import type { OperationRun } from '../operation';

/** The fields of an error item that say which file it is about. */
export const aboutFile = (run: OperationRun, { id, data }: Output): IDataObject => ({
	id,
	job_id: readJobId(run),
	filename: data.filename ?? null,
});
