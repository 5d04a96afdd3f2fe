import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { dataRefSchema, withoutRefQuery } from './dataRef';
import { listOfJob } from './lists';
import { withoutSignatures } from './redact';
import { idSchema, pick, rowSchema, timestampSchema } from './row';

/** Rows of `GET /batch/jobs/{id}/outputs`. */
export const outputSchema = rowSchema({
	id: idSchema,
	port_name: z.string(),
	input_id: z.string().nullish(),
	data: dataRefSchema,
	created_at: timestampSchema,
	expires_at: timestampSchema,
});

export type Output = z.infer<typeof outputSchema>;

/** `GET /batch/jobs/{id}/outputs`, with its filters `port_name` and `input_id`. */
export const outputs = listOfJob('/outputs', 'outputs', outputSchema, ({ id }) => id);

export const outputItem = (output: Output, simplify: boolean): IDataObject =>
	withoutSignatures(
		simplify
			? pick(
					[output, ['id', 'job_id', 'port_name', 'input_id', 'input_file_id']],
					[output.data, ['filename', 'file_type', 'num_bytes']],
					[output, ['expires_at', 'created_at']],
				)
			: withoutRefQuery(output),
	);
