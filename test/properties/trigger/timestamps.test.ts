import { testPromise } from './testPromise';

testPromise('timestamps');
