import { perExecution } from '../../api/perExecution';
import { Semaphore } from '../../api/semaphore';
import { readFileConcurrency } from '../../fields/list';
import type { OperationRun } from '../operation';

const sharedIn = perExecution(() => ({ semaphore: undefined as Semaphore | undefined }));

/** The connection limit shared by the items of one execution, as set by the first of them. */
export const connectionsOf = ({ context, parameters }: OperationRun): Semaphore =>
	(sharedIn(context).semaphore ??= new Semaphore(readFileConcurrency(parameters)));
