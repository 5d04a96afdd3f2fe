import { testPromise } from './testPromise';

testPromise('backlog');
