import { testPromise } from './testPromise';

testPromise('malformed');
