// docs/api.md is complete: every endpoint the sandbox serves, and every operation of the nodes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/api.md'), 'utf8');
const operations = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const routesFolder = join(root, 'sandbox/routes');

/** `GET /batch/jobs/{}` for each route of the service's API, with parameter names removed. */
function routes(): string[] {
	const found = readdirSync(routesFolder)
		.filter((name) => name !== 'steering.ts' && name !== 'api.ts')
		.flatMap((name) => {
			const source = readFileSync(join(routesFolder, name), 'utf8');
			return [...source.matchAll(/\bapp\.(get|post|put|delete)(?:<[^(]*>)?\(\s*['`]([^'`]+)['`]/g)];
		});
	return found.map(([, method, path]) => anonymous(`${method!.toUpperCase()} ${path}`)).sort();
}

const anonymous = (endpoint: string): string => endpoint.replace(/:\w+|\{\w+\}/g, '{}');

const named = (pattern: RegExp): string[] =>
	[...page.matchAll(pattern)].map(([, endpoint]) => anonymous(endpoint!)).sort();

test('the table names the endpoints that the sandbox answers', () => {
	expect(routes().length).toBeGreaterThan(20);
	expect(named(/^\| `((?:GET|POST|DELETE) [^`]+)` /gm)).toEqual(routes());
});

test('each endpoint has a chapter', () => {
	expect(named(/^### `([^`]+)`$/gm)).toEqual(routes());
});

test.each([...operations.matchAll(/^### (.*: .*)$/gm)].map(([, name]) => name!))(
	'%s is named beside the endpoint that it uses',
	(operation) => {
		expect(page).toMatch(new RegExp(`^\\| .*${operation}\\b`, 'm'));
	},
);
