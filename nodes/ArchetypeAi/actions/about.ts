import type { IDataObject } from 'n8n-workflow';

import { chosenFileField } from '../fields/file';
import { jobField } from '../fields/job';
import type { OperationRun } from './operation';

/**
 * The field of an error item that says which file or job it is about, if any. A saved node may still have
 * parameters of other operations, so those are ignored.
 */
export function aboutSubject({ context, itemIndex, parameters }: OperationRun): IDataObject {
	const isFile = context.getNodeParameter('resource', itemIndex, '') === 'file';
	const [field, name] = isFile ? [chosenFileField, 'file_id'] : [jobField, 'job_id'];
	try {
		const id = parameters.id(field);
		return id === '' ? {} : { [name]: id };
	} catch {
		return {};
	}
}
