import { testPromise } from './testPromise';

testPromise('slow');
