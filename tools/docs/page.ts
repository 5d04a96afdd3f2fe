import type {
	INodeProperties,
	INodePropertyOptions,
	INodeTypeDescription,
	NodeParameterValue,
} from 'n8n-workflow';

// With their extensions: of two files of one name, tsx would load the codex.
import { ArchetypeAi } from '../../nodes/ArchetypeAi/ArchetypeAi.node.ts';
import { ArchetypeAiTrigger } from '../../nodes/ArchetypeAi/ArchetypeAiTrigger.node.ts';
import { fieldTables } from './fields';
import { sampleOf, triggerSample, type Sample } from './samples';
import { asMarkdown } from './words';

const LONGEST_TEXT = 80;
const MOST_ENTRIES = 3;

interface Operation {
	resource: INodePropertyOptions;
	option: INodePropertyOptions;
	fields: INodeProperties[];
}

/** `docs/operations.md`, made from the descriptions of the nodes and from a run of each operation. */
export async function makePage(): Promise<string> {
	const action = new ArchetypeAi().description;
	const trigger = new ArchetypeAiTrigger().description;
	const operations = operationsOf(action);
	const chapters: string[] = [];
	for (const operation of operations) chapters.push(await chapterOf(operation));
	return [
		'<!-- Made by `npm run docs` from the nodes and from runs of them. Do not edit by hand. -->',
		'# Every operation, field and item',
		'What the two nodes can do, what each field means, and what comes out. The samples are real: each operation was run in n8n against the [sandbox](../sandbox/README.md), on a job with two pumps, one of which had sent too little data. Long texts are cut; IDs and times are examples.',
		'Every field also accepts an [expression](https://docs.n8n.io/code/expressions/). Text is understood where its meaning is clear: `"failed, cancelled"` for several choices, `"no"` for a switch. Anything else is an error that names the field.',
		'## Contents',
		contents(operations, trigger),
		`## ${trigger.displayName}`,
		`${trigger.description}.`,
		'n8n adds **Poll Times**: how often the trigger polls, at most once a minute.',
		fieldTables(trigger.properties),
		await sampleText('One item for each event:', triggerSample, trigger.properties),
		`## ${action.displayName}`,
		`${action.description}.`,
		...(action.usableAsTool ? ['An AI agent can use each operation as a tool.'] : []),
		...chapters,
	].join('\n\n');
}

function operationsOf({ properties }: INodeTypeDescription): Operation[] {
	const resources = properties.find(({ name }) => name === 'resource')?.options ?? [];
	return (resources as INodePropertyOptions[]).flatMap((resource) => {
		const own = properties.filter((field) => isShown(field, 'resource', resource.value));
		const options = own.find(({ name }) => name === 'operation')?.options ?? [];
		return (options as INodePropertyOptions[]).map((option) => ({
			...{ resource, option },
			fields: own.filter((field) => isShown(field, 'operation', option.value)),
		}));
	});
}

const isShown = ({ displayOptions }: INodeProperties, by: string, value: NodeParameterValue) =>
	displayOptions?.show?.[by]?.includes(value) ?? false;

const titleOf = ({ resource, option }: Operation): string => `${resource.name}: ${option.name}`;

function contents(operations: Operation[], trigger: INodeTypeDescription): string {
	const rows = operations.map(
		(operation) =>
			`| ${link(titleOf(operation))} | ${asMarkdown(operation.option.description ?? '')} |`,
	);
	return [
		'| Operation | What it does |',
		'| --- | --- |',
		`| ${link(trigger.displayName)} | ${asMarkdown(trigger.description)} |`,
		...rows,
	].join('\n');
}

/** A link to a heading, by the anchor that GitHub gives it. */
const link = (heading: string): string =>
	`[${heading}](#${heading
		.toLowerCase()
		.replace(/[^\w -]/g, '')
		.replaceAll(' ', '-')})`;

async function chapterOf(operation: Operation): Promise<string> {
	const { resource, option, fields } = operation;
	const run = (parameters: object) =>
		sampleOf(String(resource.value), String(option.value), parameters as never);
	return [
		`### ${titleOf(operation)}`,
		`${asMarkdown(option.description ?? option.name)}.`,
		fieldTables(fields),
		await sampleText('One item:', run, fields),
	].join('\n\n');
}

/** A sample, and what is in it besides when Simplify is off. */
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

/** The value with long texts and lists cut, and the cut marked. */
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
