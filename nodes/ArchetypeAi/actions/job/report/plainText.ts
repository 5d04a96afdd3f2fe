import type { Report } from './report';

/** A report as plain text, for mail programs that show no HTML. Pure. */
export function plainText({ details, headline, line, sections }: Report): string {
	const blocks = [
		[headline, line],
		details.map(([label, value]) => `${label}: ${value}`),
		...sections.map(({ title, lines, more }) => [
			`${title}:`,
			...lines.map((each) => `- ${each}`),
			...(more === null ? [] : [`- ${more}`]),
		]),
	];
	return blocks.map((lines) => lines.join('\n')).join('\n\n');
}
