import { resource } from '../operation';
import { download } from './download.operation';
import { getMany } from './getMany.operation';
import { readRows } from './readRows.operation';

export const output = resource('output', [getMany, download, readRows]);
