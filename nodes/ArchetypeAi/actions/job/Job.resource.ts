import { resource } from '../operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';

export const job = resource('job', [get, getMany]);
