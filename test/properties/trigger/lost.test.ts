import { testPromise } from './testPromise';

testPromise('lost');
