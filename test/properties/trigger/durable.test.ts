import { testPromise } from './testPromise';

testPromise('durable');
