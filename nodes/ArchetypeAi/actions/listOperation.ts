import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { readRows } from '../api/pages';
import type { List } from '../api/pages';
import { filtersField } from '../fields/filters';
import {
	limitFields,
	listOptions,
	readConcurrency,
	readLimit,
	readSimplify,
	simplifyField,
} from '../fields/list';
import { collectItems } from './items';
import type { ItemOf } from './items';
import { limitReached, nothingFound } from './leftOut';
import { perStatus, readMerged } from './merge';
import type { Operation, OperationRun } from './operation';

/** A list of the service as an operation. */
interface ListDescription<Row> {
	option: Operation['option'];
	/** What the rows are, in the plural. */
	rows: string;
	/** Fields that say whose rows are wanted. */
	of?: INodeProperties[];
	/** Filters that the service applies, each by the name of its query parameter. */
	filters: Record<string, INodeProperties>;
	/** Statuses in the order in which rows pass through them, where the service takes one at a time. */
	onePerStatus?: readonly string[];
	list: (run: OperationRun, query: IDataObject) => List<Row>;
	item: ItemOf<Row>;
}

/** The operation for a list: Return All, Limit, Simplify, Filters and Options, and what they do. */
export function listOperation<Row>(description: ListDescription<Row>): Operation {
	const { option, rows, of = [], onePerStatus, list, item } = description;
	const filters = filtersField(Object.values(description.filters));

	function readQuery({ parameters }: OperationRun): Record<string, string | string[] | undefined> {
		const chosen = parameters.within(filters);
		return Object.fromEntries(
			Object.entries(description.filters).map(([name, field]) => [name, chosen.filter(field)]),
		);
	}

	return {
		option,
		fields: [...of, ...limitFields, simplifyField, filters, listOptions],
		async execute(run) {
			const { parameters } = run;
			const query = readQuery(run);
			const limit = readLimit(parameters);
			const reading = {
				concurrency: readConcurrency(parameters),
				onCut: () => limitReached(run, limit, rows),
			};
			const read =
				onePerStatus === undefined
					? readRows(list(run, query), limit, reading)
					: readMerged(
							perStatus((each) => list(run, each), query, onePerStatus),
							limit,
							reading,
						);
			const items = await collectItems(read, item, readSimplify(parameters));
			if (items.length === 0) nothingFound(run, rows, isFiltered(query));
			return items;
		},
	};
}

const isFiltered = (query: Record<string, string | string[] | undefined>): boolean =>
	Object.values(query).some((value) => value !== undefined && value.length > 0);
