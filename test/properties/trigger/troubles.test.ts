import { testPromise } from './testPromise';

testPromise('troubles');
