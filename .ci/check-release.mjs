// A release has one version in the git tag, package.json and the changelog, and addresses that are
// somebody's.
//
//   node .ci/check-release.mjs v1.2.3
//
// Exits 1 and names what differs.

import { readFileSync } from 'node:fs';

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const tag = process.argv[2] ?? '';
const { version, author, repository } = JSON.parse(read('package.json'));
const workplace = process.env.GITHUB_REPOSITORY;
const { version: locked } = JSON.parse(read('package-lock.json'));
const headings = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\] - (\d{4}-\d{2}-\d{2})$/gm)];

const problems = [
	tag !== `v${version}` && `the tag is "${tag}", package.json asks for "v${version}"`,
	locked !== version && `package-lock.json is of version ${locked}, package.json of ${version}`,
	headings[0]?.[1] !== version &&
		`CHANGELOG.md must have "## [${version}] - YYYY-MM-DD" as its newest release`,
	author?.email.endsWith('.invalid') && `"${author.email}" in package.json is a placeholder`,
	workplace &&
		!repository?.url.endsWith(`github.com/${workplace}.git`) &&
		`package.json does not name the repository "${workplace}"`,
].filter(Boolean);

for (const problem of problems) console.error(`Not ready to publish: ${problem}.`);
if (problems.length > 0) process.exit(1);
console.log(`Ready to publish ${version}.`);
