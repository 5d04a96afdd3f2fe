import { testPromise } from './testPromise';

testPromise('clocks');
