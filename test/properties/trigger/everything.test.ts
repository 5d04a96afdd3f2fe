import { testPromise } from './testPromise';

testPromise('everything');
