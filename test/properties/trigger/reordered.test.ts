import { testPromise } from './testPromise';

testPromise('reordered');
