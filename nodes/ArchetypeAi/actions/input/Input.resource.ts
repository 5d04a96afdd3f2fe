import { resource } from '../operation';
import { getMany } from './getMany.operation';
import { getManyProgress } from './getManyProgress.operation';

export const input = resource('input', [getMany, getManyProgress]);
