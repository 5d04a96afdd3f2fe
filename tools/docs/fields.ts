import type { INodeProperties, INodePropertyCollection, NodeParameterValue } from 'n8n-workflow';

import { asMarkdown, choicesOf, closed, defaultInWords, typeInWords, valueInWords } from './words';

const HEAD = ['| Field | Type | Default | What it does |', '| --- | --- | --- | --- |'];
/** Conditions already stated by the field's chapter. */
const SAID_ELSEWHERE = new Set(['resource', 'operation', '@tool', '@version']);
const NOT_FILLED_IN = new Set(['hidden', 'notice', 'callout']);

/** The fields as Markdown: one table, plus one for each collection among them. */
export function fieldTables(properties: INodeProperties[]): string {
	const fields = properties.filter(({ type }) => !NOT_FILLED_IN.has(type));
	const collections = fields.filter(isCollection);
	const plain = fields.filter((field) => !isCollection(field));
	const parts = plain.length > 0 ? [table(plain)] : [];
	for (const field of collections) {
		for (const { title, entries } of groupsOf(field)) {
			parts.push(`**${title}**, each to be added when it is needed:`, table(entries));
		}
	}
	return parts.join('\n\n');
}

const isCollection = ({ type }: INodeProperties): boolean =>
	type === 'collection' || type === 'fixedCollection';

function groupsOf({ displayName, type, options = [] }: INodeProperties) {
	if (type === 'collection') return [{ title: displayName, entries: options as INodeProperties[] }];
	return (options as INodePropertyCollection[]).map((group) => ({
		title: `${displayName}: ${group.displayName}`,
		entries: group.values,
	}));
}

/** One row per field, even if it looks different to an agent. */
function table(fields: INodeProperties[]): string {
	const shown = fields.filter((field) => !isForTools(field));
	const rows = shown.map((field) => row(field, fields.filter(isForTools), fields));
	return [...HEAD, ...rows].join('\n');
}

const isForTools = ({ displayOptions }: INodeProperties): boolean =>
	displayOptions?.show?.['@tool']?.includes(true) ?? false;

function row(field: INodeProperties, forTools: INodeProperties[], all: INodeProperties[]): string {
	const asTool = forTools.find(({ name }) => name === field.name);
	const usual = defaultInWords(field);
	const cells = [
		`**${asMarkdown(field.displayName)}**${field.required ? ' (required)' : ''}`,
		typeInWords(field),
		asTool ? `${usual}; as an agent's tool ${defaultInWords(asTool)}` : usual,
		[explanation(field), ...conditions(field, all)].join(' '),
	];
	return `| ${cells.join(' | ')} |`;
}

/** Description, example and options. */
function explanation(field: INodeProperties): string {
	const { description = '', placeholder, displayName } = field;
	const sentences = [closed(asMarkdown(description || displayName))];
	const example = /^e\.g\. (.+)$/.exec(placeholder ?? '')?.[1];
	if (example !== undefined) sentences.push(`Example: \`${example}\`.`);
	const choices = choicesOf(field);
	if (choices.some((choice) => choice.description)) {
		const lines = choices.map(({ name, description: what }) =>
			[`<br>• ${asMarkdown(name)}`, ...(what ? [asMarkdown(what)] : [])].join(': '),
		);
		sentences.push(lines.join(''));
	} else if (choices.length > 0) {
		sentences.push(`Choices: ${choices.map(({ name }) => asMarkdown(name)).join(', ')}.`);
	}
	return sentences.join(' ');
}

/** When a field is shown at all: `Only when Return All is off.` */
function conditions({ displayOptions }: INodeProperties, all: INodeProperties[]): string[] {
	const inWords = (shown: 'show' | 'hide', word: string) =>
		Object.entries(displayOptions?.[shown] ?? {})
			.filter(([name]) => !SAID_ELSEWHERE.has(name))
			.map(([name, values = []]) => {
				const other = all.find((each) => each.name === name);
				const words = values.map((value) =>
					other ? valueInWords(other, value as NodeParameterValue) : JSON.stringify(value),
				);
				return `${word} ${other?.displayName ?? name} is ${words.join(' or ')}.`;
			});
	return [...inWords('show', 'Only when'), ...inWords('hide', 'Not when')];
}
