import { jobField } from '../fields/job';
import type { OperationRun } from './operation';

/** The ID of the job that the operation is about; '' when none was chosen. */
export const readJobId = ({ parameters }: OperationRun): string => parameters.id(jobField);
