import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';

// With extensions: of two files with the same name, tsx would load the codex.
import { ArchetypeAi } from '../../nodes/ArchetypeAi/ArchetypeAi.node.ts';
import { ArchetypeAiTrigger } from '../../nodes/ArchetypeAi/ArchetypeAiTrigger.node.ts';
import type { Operation } from '../../nodes/ArchetypeAi/actions/operation';
import type { Resource } from '../../nodes/ArchetypeAi/actions/resource';
import { resources } from '../../nodes/ArchetypeAi/actions/resources';
import { fieldTables } from './fields';
import { sampleOf, triggerSample, type Sample } from './samples';
import { asMarkdown, closed, headingLink } from './words';

const LONGEST_TEXT = 80;
const MOST_ENTRIES = 3;

interface Chapter {
	resource: Resource;
	operation: Operation;
}

/** Generates `docs/operations.md` from the node descriptions and a run of each operation. */
export async function makePage(): Promise<string> {
	const action = new ArchetypeAi().description;
	const trigger = new ArchetypeAiTrigger().description;
	const chapters = resources.flatMap((resource) =>
		resource.operations.map((operation) => ({ resource, operation })),
	);
	const texts: string[] = [];
	for (const chapter of chapters) texts.push(await textOf(chapter));
	return [
		'<!-- Made by `npm run docs` from the nodes and from runs of them. Do not edit by hand. -->',
		'# Every operation, field and item',
		'What the two nodes can do, what each field means, and what comes out. The samples are real: each operation was run in n8n against the [sandbox](../sandbox/README.md), on a job with two pumps, one of which had sent too little data. Long texts are cut; IDs and times are examples.',
		'Every field also accepts an [expression](https://docs.n8n.io/code/expressions/). Text is understood where its meaning is clear: `"failed, cancelled"` for several choices, `"no"` for a switch. Anything else is an error that names the field.',
		'## Contents',
		contents(chapters, trigger),
		`## ${trigger.displayName}`,
		`${trigger.description}.`,
		'n8n adds **Poll Times**: how often the trigger polls, at most once a minute.',
		fieldTables(trigger.properties),
		await sampleText('One item for each event:', triggerSample, trigger.properties),
		`## ${action.displayName}`,
		`${action.description}.`,
		...(action.usableAsTool ? ['An AI agent can use each operation as a tool.'] : []),
		...texts,
	].join('\n\n');
}

const titleOf = ({ resource, operation }: Chapter): string =>
	`${resource.name}: ${operation.option.name}`;

function contents(chapters: Chapter[], trigger: INodeTypeDescription): string {
	const rows = chapters.map(
		(chapter) =>
			`| ${headingLink(titleOf(chapter))} | ${asMarkdown(chapter.operation.option.description ?? '')} |`,
	);
	return [
		'| Operation | What it does |',
		'| --- | --- |',
		`| ${headingLink(trigger.displayName)} | ${asMarkdown(trigger.description)} |`,
		...rows,
	].join('\n');
}

async function textOf(chapter: Chapter): Promise<string> {
	const { option, fields } = chapter.operation;
	const run = (parameters: object) =>
		sampleOf(chapter.resource.value, option.value, parameters as never);
	return [
		`### ${titleOf(chapter)}`,
		closed(asMarkdown(option.description ?? option.name)),
		fieldTables(fields),
		await sampleText('One item:', run, fields),
	].join('\n\n');
}

/** A sample, and what else it contains with Simplify off. */
async function sampleText(
	title: string,
	run: (parameters: { simplify?: boolean }) => Promise<Sample>,
	fields: INodeProperties[],
): Promise<string> {
	const { json, files } = await run({});
	const parts = [title, ['```json', JSON.stringify(shortened(json), null, 2), '```'].join('\n')];
	for (const { field, name, type, size } of files) {
		parts.push(
			`The item carries the file \`${name}\` (${type}, ${size}) in the binary field \`${field}\`.`,
		);
	}
	if (fields.some(({ name }) => name === 'simplify')) {
		const whole = await run({ simplify: false });
		const added = Object.keys(whole.json).filter((key) => !(key in json));
		const names = added.map((key) => `\`${key}\``).join(', ');
		if (added.length > 0) parts.push(`With **Simplify** off also: ${names}.`);
	}
	return parts.join('\n\n');
}

/** The value with long strings and lists truncated, and the cuts marked. */
function shortened(value: unknown): unknown {
	if (typeof value === 'string' && value.length > LONGEST_TEXT) {
		return `${value.slice(0, LONGEST_TEXT)}…`;
	}
	if (Array.isArray(value)) {
		const entries = value.slice(0, MOST_ENTRIES).map(shortened);
		return value.length > MOST_ENTRIES ? [...entries, '…'] : entries;
	}
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each)]));
}
