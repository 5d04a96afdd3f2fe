import { testPromise } from './testPromise';

testPromise('promptlyLate');
