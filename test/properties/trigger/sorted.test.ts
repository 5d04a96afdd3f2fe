import { testPromise } from './testPromise';

testPromise('sorted');
