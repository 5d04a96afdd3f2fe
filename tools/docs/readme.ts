import { resources } from '../../nodes/ArchetypeAi/actions/resources';
import { asMarkdown, headingLink } from './words';

const TABLE = /(?<=<!-- operations: [^>]*-->\n).*?(?=<!-- \/operations -->)/s;

/**
 * The README with the node's current table of operations.
 *
 * @throws Error when the README has no place for the table
 */
export function withOperations(readme: string): string {
	if (!TABLE.test(readme)) throw new Error('README.md has no place for the table of operations');
	const rows = resources.flatMap(({ name, operations }) =>
		operations.map(({ option }) => {
			const title = `${name}: ${option.name}`;
			const link = headingLink(title, 'docs/operations.md');
			return `| ${link} | ${asMarkdown(option.description ?? '')} |`;
		}),
	);
	const table = ['| operation | what it does |', '| --- | --- |', ...rows].join('\n');
	return readme.replace(TABLE, () => `\n${table}\n\n`);
}
