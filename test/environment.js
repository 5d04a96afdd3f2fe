const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest gives tests an `Error` of their own, so errors that Node itself creates (ECONNREFUSED, an
 * aborted signal) would be no `instanceof Error` here although they are in n8n.
 */
module.exports = class extends TestEnvironment {
	constructor(...args) {
		super(...args);
		const TestError = this.global.Error;
		const isInstance = Function.prototype[Symbol.hasInstance];
		Object.defineProperty(TestError, Symbol.hasInstance, {
			value(thing) {
				return isInstance.call(this, thing) || (this === TestError && thing instanceof Error);
			},
		});
	}
};
