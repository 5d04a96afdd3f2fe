import type { IDataObject } from 'n8n-workflow';

import { safeNameOf } from '../../api/files/remoteFile';
import type { Output } from '../../api/outputs';

/** Fields that can be added to a row, so that it can be traced to its file and input. */
export const SOURCE_FIELDS = ['_output_id', '_filename', '_input_id', '_row'] as const;
export type SourceField = (typeof SOURCE_FIELDS)[number];

/** The requested ones: all, or those that `columns` name. */
export const sourceFields = (columns: readonly string[], includeSource: boolean): SourceField[] =>
	SOURCE_FIELDS.filter((field) => includeSource || columns.includes(field));

/** Where row `number` (from 1) of an output comes from, in the given fields. */
export function sourceOf(output: Output, number: number, fields: SourceField[]): IDataObject {
	const source: Record<SourceField, string | number | null> = {
		_output_id: output.id,
		_filename: safeNameOf(output),
		_input_id: output.input_id ?? null,
		_row: number,
	};
	return Object.fromEntries(fields.map((field) => [field, source[field]]));
}
