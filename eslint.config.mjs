import js from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import regexp from 'eslint-plugin-regexp';
import globals from 'globals';
import tseslint from 'typescript-eslint';

import { imports } from './tools/lint/imports.mjs';

// n8n's gate ignores every disable comment, so they are without effect here too. ESLint warns
// about each one it finds, and `npm run lint` fails on warnings.
const noInlineConfig = { linterOptions: { noInlineConfig: true } };

const typescript = {
	files: ['**/*.ts'],
	extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
	languageOptions: {
		// The one project that includes every TypeScript file of the repository.
		parserOptions: { project: 'test/tsconfig.json', tsconfigRootDir: import.meta.dirname },
	},
	rules: {
		eqeqeq: 'error',
		'@typescript-eslint/consistent-type-imports': 'error',
		// An interface that asks for a promise is best met with `async`: what is thrown rejects.
		'@typescript-eslint/require-await': 'off',
	},
};

const plainScripts = {
	files: ['**/*.{js,mjs}'],
	extends: [js.configs.recommended],
	languageOptions: { globals: globals.node },
};

const commonJs = {
	files: ['**/*.js'],
	languageOptions: { sourceType: 'commonjs' },
};

/** The script of the sandbox's page runs in a browser. */
const page = {
	files: ['sandbox/page/*.js'],
	languageOptions: { sourceType: 'script', globals: globals.browser },
};

/** Texts of whomever are matched: an expression that may take more than linear time is an error. */
const linear = {
	files: ['{nodes,credentials}/**/*.ts'],
	plugins: { regexp },
	rules: {
		'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
		'regexp/no-super-linear-move': 'error',
	},
};

// From here on: the rules of n8n's gate, on the files it reads and with its exceptions
// (`buildScanConfig` of @n8n/scan-community-package). `npm run gate` runs the gate itself.
const gate = {
	files: ['package.json', '{nodes,credentials}/**/*.{ts,json}'],
	extends: [n8nCommunityNodesPlugin.configs.recommended],
	plugins: { 'n8n-nodes-base': n8nNodesBase },
	rules: { 'no-console': 'error' },
};

const gateManifest = {
	files: ['package.json'],
	rules: n8nNodesBase.configs.community.rules,
};

const gateCredentials = {
	files: ['credentials/**/*.ts'],
	rules: {
		...n8nNodesBase.configs.credentials.rules,
		'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
	},
};

const gateNodes = {
	files: ['nodes/**/*.ts'],
	rules: {
		...n8nNodesBase.configs.nodes.rules,
		'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
		'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
	},
};

const gateJson = {
	files: ['**/*.json'],
	languageOptions: { parser: tseslint.parser },
};

export default defineConfig(
	globalIgnores(['dist/', '.cache/', '.demo/', '.dev/', '**/node_modules/']),
	noInlineConfig,
	typescript,
	plainScripts,
	commonJs,
	page,
	linear,
	imports,
	gate,
	gateManifest,
	gateCredentials,
	gateNodes,
	gateJson,
);
