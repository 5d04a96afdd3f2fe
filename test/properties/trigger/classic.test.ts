import { testPromise } from './testPromise';

testPromise('classic');
