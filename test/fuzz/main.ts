// `npm run fuzz`: the properties, with new inputs each round, until time is up. Settings:
// FUZZ_MINUTES (10), FUZZ_SEED (random), FUZZ_ONLY (part of a property's name).
import fc from 'fast-check';

import { properties } from './index';
import type { Property } from './property';

const minutes = Number(process.env.FUZZ_MINUTES ?? 10);
const firstSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fffffff);
const chosen = properties.filter(({ name }) => name.includes(process.env.FUZZ_ONLY ?? ''));

/** A property that does not hold, with what it takes to reproduce it. */
interface Finding {
	name: string;
	seed: number;
	path: string;
	words: string;
}

async function tryOnce({ name, runs, property }: Property, seed: number, until: number) {
	const details = await fc.check(property, {
		...{ numRuns: runs, seed },
		interruptAfterTimeLimit: Math.max(1, until - Date.now()),
	});
	const cases = details.numRuns;
	if (!details.failed || details.counterexamplePath === null) return { cases };
	const words = `${fc.stringify(details.counterexample)}\n${String(details.errorInstance)}`;
	const finding: Finding = { name, seed, path: details.counterexamplePath, words };
	return { cases, finding };
}

async function main() {
	const start = Date.now();
	const until = start + minutes * 60_000;
	const findings = new Map<string, Finding>();
	let cases = 0;
	let round = 0;
	console.log(`${chosen.length} properties, ${minutes} minutes, seed ${firstSeed}`);
	for (; Date.now() < until; round++) {
		for (const property of chosen) {
			if (Date.now() >= until) break;
			const tried = await tryOnce(property, firstSeed + round, until);
			cases += tried.cases;
			const { finding } = tried;
			if (finding === undefined || findings.has(finding.name)) continue;
			findings.set(finding.name, finding);
			console.log(`FOUND ${finding.name}\n  FUZZ_SEED=${finding.seed}, path ${finding.path}`);
			console.log(finding.words.slice(0, 4_000));
		}
		const passed = ((Date.now() - start) / 60_000).toFixed(1);
		console.log(
			`${passed} min: seed ${firstSeed + round}, ${cases} cases, ${findings.size} findings`,
		);
	}
	console.log(
		`${cases} cases with the seeds ${firstSeed} to ${firstSeed + round - 1}, ${findings.size} findings`,
	);
	for (const { name, seed, path } of findings.values()) {
		console.log(`  ${name}: FUZZ_SEED=${seed}, path ${path}`);
	}
	process.exitCode = findings.size > 0 ? 1 : 0;
}

void main();
