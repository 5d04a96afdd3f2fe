import { testPromise } from './testPromise';

testPromise('zones');
