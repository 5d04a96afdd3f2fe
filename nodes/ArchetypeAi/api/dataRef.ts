import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { withoutQuery } from './redact';
import { countSchema } from './row';

/** A size in bytes, which some services send as text. */
export const sizeSchema = z.union([
	countSchema,
	z
		.string()
		.regex(/^\d{1,15}$/)
		.transform(Number),
]);

/** The most characters in a link (presigned ones have a few thousand) or a file name. */
const LONGEST_REF = 65_536;
export const LONGEST_NAME = 4_096;

/** The link to the file of an input or output; `ref` is presigned, or a path of the API. */
export const dataRefSchema = z
	.object({
		ref: z.string().min(1).max(LONGEST_REF),
		filename: z.string().max(LONGEST_NAME).nullish(),
		file_type: z.string().nullish(),
		file_extension: z.string().nullish(),
		num_bytes: sizeSchema.nullish(),
	})
	.passthrough();

export type DataRef = z.infer<typeof dataRefSchema>;

interface WithDataRef {
	data?: { ref?: string | null } | null;
}

/** The row with the query removed from its link: a presigned link gives access to the file. */
export function withoutRefQuery(row: WithDataRef): IDataObject {
	const { data } = row;
	if (typeof data?.ref !== 'string') return row as IDataObject;
	return { ...row, data: { ...data, ref: withoutQuery(data.ref) } };
}
