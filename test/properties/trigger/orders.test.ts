import { testPromise } from './testPromise';

testPromise('orders');
