// docs/compatibility.md has the rule.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { builtParameters, type Parameters } from './parameters';

const TO_DO =
	'Workflows are saved with these parameters. Released: leave them as they are, and give the node a new version (version: [1, 2]) with the new meaning. Not released yet, or an addition that by default changes nothing: run "npm run parameters", and say so in CHANGELOG.md. See docs/compatibility.md.';

/** The differences, one line per parameter. */
function differences(stored: Parameters, built: Parameters): string[] {
	return names(stored, built).flatMap((node) => {
		const before = stored[node] ?? {};
		const now = built[node] ?? {};
		return names(before, now).flatMap((name) => {
			if (!(name in now)) return [`${node}: ${name} is gone`];
			if (!(name in before)) return [`${node}: ${name} is new`];
			const [was, is] = [before[name], now[name]].map((each) => JSON.stringify(each));
			return was === is ? [] : [`${node}: ${name} was ${was} and is ${is}`];
		});
	});
}

const names = (...objects: object[]): string[] => [...new Set(objects.flatMap(Object.keys))];

test.each([1])('parameters of version %i of the nodes are what saved workflows have', (version) => {
	const file = join(__dirname, `parameters.v${version}.json`);
	const stored = JSON.parse(readFileSync(file, 'utf8')) as Parameters;
	const found = differences(stored, builtParameters(version));
	expect(found.length === 0 ? [] : [...found, TO_DO]).toEqual([]);
});

test('a parameter that is gone, new or different is named', () => {
	const stored = builtParameters(1);
	const built = structuredClone(stored);
	delete built.archetypeAi!['job.get.simplify'];
	built.archetypeAi!['job.get.extra'] = { type: 'boolean', default: false };
	built.archetypeAiTrigger!.watch!.default = 'job';
	expect(differences(stored, built)).toEqual([
		'archetypeAi: job.get.simplify is gone',
		'archetypeAi: job.get.extra is new',
		expect.stringMatching(/^archetypeAiTrigger: watch was \{.*"any".*\} and is \{.*"job"/),
	]);
});
