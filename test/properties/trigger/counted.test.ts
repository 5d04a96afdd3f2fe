import { testPromise } from './testPromise';

testPromise('counted');
