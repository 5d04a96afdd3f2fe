import { testPromise } from './testPromise';

testPromise('unsorted');
