import { globMatcher } from '../../api/glob';
import { readStoredFiles, storedFileItem } from '../../api/storedFiles';
import type { StoredFile } from '../../api/storedFiles';
import { fileNameFilter, filtersField, textFilter } from '../../fields/filters';
import { limitFields, readLimit, readSimplify, simplifyField } from '../../fields/list';
import type { Parameters } from '../../fields/parameters';
import { limitReached, malformedRows, nothingFound } from '../leftOut';
import { lookThrough } from '../lookThrough';
import type { Operation } from '../operation';
import { toItems } from '../toItems';

const typeFilter = textFilter(
	'fileType',
	'File Type',
	'Only return files of this type; * stands for any text',
	'text/csv',
);

const nameFilter = fileNameFilter('e.g. pump-*.csv');
const filters = filtersField([nameFilter, typeFilter]);

/** `GET /files/metadata`. Its filters are applied here: older servers silently ignore them. */
export const getManyFiles: Operation = {
	option: {
		name: 'Get Many',
		value: 'getMany',
		description:
			'Get a list of uploaded files with their type, size and status. The service does not say when a file was uploaded.',
		action: 'Get many files',
	},
	fields: [...limitFields, simplifyField, filters],
	async execute(run) {
		const { client, hints, parameters } = run;
		const matches = matcher(parameters.within(filters));
		const limit = readLimit(parameters);
		const simplify = readSimplify(parameters);
		const malformed = malformedRows(run, 'files');
		const pages = readStoredFiles(client, {
			wanted: matches === undefined ? limit : Infinity,
			onMalformed: malformed.add,
			onMissing: (counted, listed) =>
				hints.add(
					`The service counts ${counted} files but listed ${listed}. Files that are being uploaded or deleted may explain the difference.`,
				),
		});
		const files: StoredFile[] = [];
		const isWhole = limit === Infinity && matches === undefined;
		for await (const page of isWhole ? pages : lookThrough(run, pages, 'files')) {
			for (const file of page) if (matches?.(file) ?? true) files.push(file);
			// One extra file shows that there are more.
			if (files.length > limit) break;
		}
		if (files.length > limit) limitReached(run, limit, 'files');
		if (files.length === 0) {
			malformed.check();
			nothingFound(run, 'files', matches !== undefined);
		}
		return toItems(files.slice(0, limit), storedFileItem, simplify);
	},
};

/** Whether a file passes the filters; undefined without any. */
function matcher(chosen: Parameters): ((file: StoredFile) => boolean) | undefined {
	const [name, type] = [chosen.text(nameFilter), chosen.text(typeFilter)].map((glob) =>
		glob === undefined ? undefined : globMatcher(glob),
	);
	if (name === undefined && type === undefined) return undefined;
	return ({ file_id, file_type }) => (name?.(file_id) ?? true) && (type?.(file_type ?? '') ?? true);
}
