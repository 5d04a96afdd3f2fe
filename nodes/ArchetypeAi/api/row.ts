import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { isTooDeep, TOO_DEEP } from './depth';

/**
 * What the rows of the service have in common. Their fields that this package relies on are named and
 * typed in a schema each; everything else passes through untouched, so that a newer service can add
 * fields.
 */

/** What identifies a row. IDs become part of paths, names of files and keys. */
export const idSchema = z.string().regex(/^[\w-]{1,100}$/, 'Not an ID');
export const timestampSchema = z.string().nullish();
export const countSchema = z.number().int().nonnegative();

/** An object of the service: what is named in it, and whatever else it has. */
export const rowSchema = <Shape extends z.ZodRawShape>(shape: Shape) =>
	z
		.object(shape)
		.passthrough()
		.refine((value) => !isTooDeep(value), TOO_DEEP);

/** The item for a row: with the fields that most people need, ten at most, or whole. */
export type ItemOf<Row> = (row: Row, simplify: boolean) => IDataObject;

/**
 * The named fields of each part that has them, in one object. Written without spreading several
 * objects into one: that takes ten times as long and four times the memory, with 100,000 rows.
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
