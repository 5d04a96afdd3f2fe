import { resource } from '../resource';
import { download } from './download.operation';
import { getMany } from './getMany.operation';
import { readRows } from './readRows.operation';

export const output = resource({
	name: 'Output',
	value: 'output',
	operations: [download, getMany, readRows],
	initial: getMany,
});
