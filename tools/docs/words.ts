import type { INodeProperties, INodePropertyOptions, NodeParameterValue } from 'n8n-workflow';

/** A field with its choices, which only fields of some types have. */
export const choicesOf = ({ type, options = [] }: INodeProperties): INodePropertyOptions[] =>
	type === 'options' || type === 'multiOptions' ? (options as INodePropertyOptions[]) : [];

/** What can be entered into a field, in words. */
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

/** The default of a field, in words. */
export function defaultInWords(field: INodeProperties): string {
	const { default: value } = field;
	if (Array.isArray(value)) {
		return value.map((each) => valueInWords(field, each as NodeParameterValue)).join(', ') || '–';
	}
	if (typeof value === 'object' && value !== null) return '–';
	return valueInWords(field, value);
}

/** A value of a field as the editor shows it. */
export function valueInWords(field: INodeProperties, value: NodeParameterValue): string {
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	const choice = choicesOf(field).find((each) => each.value === value);
	const words = choice?.name ?? String(value ?? '');
	return words === '' ? '–' : words;
}

/** A text of a description as Markdown: links stay links, and nothing else is markup. */
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

/** A link to a heading, of this page or of `file`, by the anchor that GitHub gives it. */
export function headingLink(heading: string, file = ''): string {
	const anchor = heading
		.toLowerCase()
		.replace(/[^\w -]/g, '')
		.replaceAll(' ', '-');
	return `[${heading}](${file}#${anchor})`;
}

/** A sentence with the mark at its end. */
export const closed = (sentence: string): string =>
	/[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
