import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../api/client';
import { readRows } from '../api/pages';
import type { List, Reading } from '../api/pages';
import type { ItemOf } from '../api/row';
import { filtersField } from '../fields/filters';
import { jobField } from '../fields/job';
import {
	limitFields,
	listOptions,
	readConcurrency,
	readLimit,
	readSimplify,
	simplifyField,
} from '../fields/list';
import { readJobId } from './jobId';
import { limitReached, malformedRows, nothingFound } from './leftOut';
import { lookThrough } from './lookThrough';
import { perStatus, readMerged } from './merge';
import type { Operation, OperationRun } from './operation';
import { chosenOrder, inOrder, orderedListOptions } from './order';
import type { Compare } from './order';
import { collectItems } from './toItems';

/** A list of the service as an operation. */
interface ListDescription<Row> {
	option: Operation['option'];
	/** What the rows are, in the plural. */
	rows: string;
	/** Fields that say which job the rows belong to. */
	of?: INodeProperties[];
	/** Filters that the service applies, by the name of their query parameter. */
	filters: Record<string, INodeProperties>;
	/** Statuses in the order in which rows pass through them, if the service accepts only one at a time. */
	onePerStatus?: readonly string[];
	/** Sorts rows, oldest first, if the service guarantees no order: the user can choose. */
	oldestFirst?: Compare<Row>;
	list: (run: OperationRun, query: IDataObject) => List<Row>;
	item: ItemOf<Row>;
}

/** The operation for a list: Return All, Limit, Simplify, Filters and Options, and their effects. */
export function listOperation<Row>(description: ListDescription<Row>): Operation {
	const { option, rows, of = [], onePerStatus, oldestFirst, list, item } = description;
	const filters = filtersField(Object.values(description.filters));
	const options = oldestFirst === undefined ? listOptions : orderedListOptions;

	function readQuery({ parameters }: OperationRun): Record<string, string | string[] | undefined> {
		const chosen = parameters.within(filters);
		return Object.fromEntries(
			Object.entries(description.filters).map(([name, field]) => [name, chosen.filter(field)]),
		);
	}

	return {
		option,
		fields: [...of, ...limitFields, simplifyField, filters, options],
		async execute(run) {
			const { parameters } = run;
			const query = readQuery(run);
			const limit = readLimit(parameters);
			const malformed = malformedRows(run, rows);
			const reading = { concurrency: readConcurrency(parameters), onMalformed: malformed.add };
			const onCut = () => limitReached(run, limit, rows);
			const read = (most: number, how: Reading) =>
				onePerStatus === undefined
					? readRows(list(run, query), most, how)
					: readMerged(
							perStatus((each) => list(run, each), query, onePerStatus),
							most,
							how,
						);
			const pages =
				oldestFirst === undefined
					? read(limit, { ...reading, onCut })
					: inOrder(
							limit === Infinity
								? read(limit, reading)
								: lookThrough(run, read(Infinity, reading), rows),
							{ compare: chosenOrder(parameters, oldestFirst), limit, onCut },
						);
			const items = await collectItems(pages, item, readSimplify(parameters));
			if (items.length > 0) return items;
			malformed.check();
			nothingFound(run, rows, isFiltered(query));
			return [];
		},
	};
}

/** The operation for a list below a job. */
export const listOfJobOperation = <Row>(
	description: Omit<ListDescription<Row>, 'of' | 'list'> & {
		list: (client: ArchetypeAiClient, jobId: string, query: IDataObject) => List<Row>;
	},
): Operation =>
	listOperation({
		...description,
		of: [jobField],
		list: (run, query) => description.list(run.client, readJobId(run), query),
	});

const isFiltered = (query: Record<string, string | string[] | undefined>): boolean =>
	Object.values(query).some((value) => value !== undefined && value.length > 0);
