import { testPromise } from './testPromise';

testPromise('outage');
