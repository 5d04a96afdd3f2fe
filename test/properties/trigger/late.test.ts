import { testPromise } from './testPromise';

testPromise('late');
