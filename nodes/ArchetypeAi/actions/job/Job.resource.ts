import { resource } from '../resource';
import { get } from './get.operation';
import { getMany } from './getMany.operation';

export const job = resource({
	name: 'Job',
	value: 'job',
	operations: [get, getMany],
	initial: get,
});
