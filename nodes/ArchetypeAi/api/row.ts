import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { isTooDeep, TOO_DEEP } from './depth';

/**
 * What the rows of the service have in common. A schema names and types the fields that this package
 * relies on; everything else passes through unchanged, so that a newer service can add fields.
 */

/** What identifies a row. IDs become part of paths, file names and keys. */
export const idSchema = z.string().regex(/^[\w-]{1,100}$/, 'Not an ID');
export const timestampSchema = z.string().nullish();
export const countSchema = z.number().int().nonnegative();

/** A service object: the named fields, and any others it has. */
export const rowSchema = <Shape extends z.ZodRawShape>(shape: Shape) =>
	z
		.object(shape)
		.passthrough()
		.refine((value) => !isTooDeep(value), TOO_DEEP);

/** The item for a row: with the most useful fields, ten at most, or whole. */
export type ItemOf<Row> = (row: Row, simplify: boolean) => IDataObject;

/**
 * The named fields of each part that has them, in one object. Spreading several objects into one would
 * take ten times as long and four times the memory, with 100,000 rows.
 */
export function pick(...parts: Array<[from: object, fields: string[]]>): IDataObject {
	const picked: IDataObject = {};
	for (const [from, fields] of parts) {
		for (const field of fields) {
			if (field in from) picked[field] = (from as IDataObject)[field];
		}
	}
	return picked;
}
