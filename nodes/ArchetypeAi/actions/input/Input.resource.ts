import { resource } from '../resource';
import { getMany } from './getMany.operation';
import { getManyProgress } from './getManyProgress.operation';

export const input = resource({
	name: 'Input',
	value: 'input',
	operations: [getMany, getManyProgress],
	initial: getMany,
});
