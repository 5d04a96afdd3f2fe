import { perExecution } from '../../api/perExecution';
import { Semaphore } from '../../api/semaphore';
import { readFileConcurrency } from '../../fields/list';
import type { OperationRun } from '../operation';

const sharedIn = perExecution(() => ({ semaphore: undefined as Semaphore | undefined }));

/** The connections that the items of one execution share: as many as the first of them allows. */
export const connectionsOf = ({ context, parameters }: OperationRun): Semaphore =>
	(sharedIn(context).semaphore ??= new Semaphore(readFileConcurrency(parameters)));
