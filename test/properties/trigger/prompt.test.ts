import { testPromise } from './testPromise';

testPromise('prompt');
