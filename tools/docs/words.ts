import type { INodeProperties, INodePropertyOptions, NodeParameterValue } from 'n8n-workflow';

/** A field's options, which only some types have. */
export const choicesOf = ({ type, options = [] }: INodeProperties): INodePropertyOptions[] =>
	type === 'options' || type === 'multiOptions' ? (options as INodePropertyOptions[]) : [];

/** What a field accepts, in words. */
export function typeInWords({ type, typeOptions = {}, modes = [] }: INodeProperties): string {
	const { minValue, maxValue, loadOptionsMethod } = typeOptions;
	switch (type) {
		case 'string':
			return 'text';
		case 'boolean':
			return 'on or off';
		case 'number':
			if (minValue === undefined) return 'number';
			return maxValue === undefined
				? `number, at least ${minValue}`
				: `number, ${minValue} to ${maxValue}`;
		case 'options':
			return loadOptionsMethod === undefined ? 'one choice' : 'one choice, listed by the service';
		case 'multiOptions':
			return 'several choices';
		case 'resourceLocator':
			return modes.map(({ displayName }) => displayName).join(' or ');
		case 'dateTime':
			return 'date and time';
		case 'resourceMapper':
			return 'form, made by the service';
		case 'json':
			return 'JSON';
		default:
			return type;
	}
}

/** A field's default, in words. */
export function defaultInWords(field: INodeProperties): string {
	const { default: value } = field;
	if (Array.isArray(value)) {
		return value.map((each) => valueInWords(field, each as NodeParameterValue)).join(', ') || '–';
	}
	if (typeof value === 'object' && value !== null) return '–';
	return valueInWords(field, value);
}

/** A field's value as the editor shows it. */
export function valueInWords(field: INodeProperties, value: NodeParameterValue): string {
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	const choice = choicesOf(field).find((each) => each.value === value);
	const words = choice?.name ?? String(value ?? '');
	return words === '' ? '–' : words;
}

/** A description's text as Markdown: links stay links, and everything else is escaped. */
export function asMarkdown(html: string): string {
	const links: string[] = [];
	const text = html.replace(
		/<a href="([^"]*)"[^>]*>(.*?)<\/a>/g,
		(_, url: string, words: string) => {
			links.push(`[${words}](${url})`);
			return `\0${links.length - 1}\0`;
		},
	);
	return text.replace(/[\\|*_<>`]/g, '\\$&').replace(/\0(\d+)\0/g, (_, at: string) => links[+at]!);
}

/** A link to a heading, on this page or in `file`, by GitHub's anchor. */
export function headingLink(heading: string, file = ''): string {
	const anchor = heading
		.toLowerCase()
		.replace(/[^\w -]/g, '')
		.replaceAll(' ', '-');
	return `[${heading}](${file}#${anchor})`;
}

/** The sentence with its final punctuation. */
export const closed = (sentence: string): string =>
	/[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
