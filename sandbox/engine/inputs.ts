import type { BlobStore } from '../store/blobs';
import type { JobRecord } from '../store/contents';
import type { Input, Output } from '../store/types';

/** Returns the inputs to process: all but the reference ones. */
export function trackedInputs(record: JobRecord): Input[] {
	return record.inputs.filter(({ status }) => status !== 'reference');
}

/** Resets an input. */
export function rewind(input: Input) {
	Object.assign(input, { status: 'pending', error_message: null, completed_at: null });
}

/** Removes the results of a training. */
export function forgetTraining(record: JobRecord) {
	record.checkpoints = [];
	record.progressEntries = record.progressEntries.filter(({ input_id }) => input_id !== null);
}

/** Removes outputs from a record, and their bytes from the store. */
export function discardOutputs(
	{ blobs }: { blobs: BlobStore },
	record: JobRecord,
	isDiscarded: (output: Output) => boolean,
) {
	for (const { content } of record.outputs.filter(isDiscarded)) {
		if (content.kind === 'blob') void blobs.delete(content.blob);
	}
	record.outputs = record.outputs.filter((output) => !isDiscarded(output));
}
