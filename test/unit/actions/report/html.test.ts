// A report's HTML: well-formed, limited to what mail clients render, no markup from the service.
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { html as ns, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';

import { escapeMarkup } from '../../../../nodes/ArchetypeAi/actions/job/report/escape';
import { partsOf, reportHtml } from '../../../../nodes/ArchetypeAi/actions/job/report/html';
import { reportOf } from '../../../../nodes/ArchetypeAi/actions/job/report/report';
import { anyFacts, anyText, report } from './support';

const root = join(__dirname, '../../../..');

/** What the report consists of: no scripts, style sheets, links or images. */
const ELEMENTS = ['div', 'h1', 'h2', 'li', 'p', 'table', 'tbody', 'td', 'th', 'tr', 'ul'];
const ATTRIBUTES = [
	...['aria-label', 'bgcolor', 'border', 'cellpadding', 'cellspacing', 'height', 'lang', 'role'],
	...['scope', 'style', 'width'],
];

/** The elements of a page, as a browser's parser reads it; fails on any parse error. */
function parse(html: string): Tree.Element[] {
	const errors: string[] = [];
	const fragment = parseFragment(html, {
		sourceCodeLocationInfo: true,
		onParseError: ({ code }) => errors.push(code),
	});
	expect(errors).toEqual([]);
	const walk = (node: Tree.Node): Tree.Element[] => [
		...('tagName' in node ? [node] : []),
		...('childNodes' in node ? node.childNodes.flatMap(walk) : []),
	];
	return walk(fragment);
}

const textOf = (node: Tree.Node): string => {
	if (node.nodeName === '#text') return (node as Tree.TextNode).value;
	return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
};
const attribute = ({ attrs }: Tree.Element, wanted: string) =>
	attrs.find(({ name }) => name === wanted)?.value;

test('everything is said in text, the bar also to those who do not see it', () => {
	const elements = parse(reportHtml(report()));
	const [page] = elements;
	const words = textOf(page!);
	for (const said of [
		...[
			'Job "pump-7" is running',
			'62 % · 5 of 8 inputs · 1 failed',
			'4 completed, 1 failed, 3 to go',
		],
		...['60 min so far (since 2026-03-02 08:02 UTC)', '3 files, 441 kB', 'a.csv: bad header'],
		'2026-03-02 08:30 UTC FAILED: Processing failed for a.csv',
	]) {
		expect(words).toContain(said);
	}
	const bars = elements.filter((element) => attribute(element, 'role') === 'img');
	expect(bars.map((bar) => attribute(bar, 'aria-label'))).toEqual([
		'62 % · 5 of 8 inputs · 1 failed',
	]);
	const widths = elements
		.filter(({ tagName }) => tagName === 'td')
		.map((td) => attribute(td, 'width'));
	expect(widths.filter(Boolean)).toEqual(['160', '40', '120']);
	const labels = elements.filter(({ tagName }) => tagName === 'th');
	expect(labels.every((label) => attribute(label, 'scope') === 'row')).toBe(true);
});

test('without counts there is no bar, and the words say so', () => {
	const html = reportHtml(report({ counts: null }));
	expect(html).not.toContain('role="img"');
	expect(textOf(parse(html)[0]!)).toContain('inputs not counted');
});

test('whatever the service says is text: elements and attributes are those of a report', () => {
	const property = fc.property(anyFacts, (facts) => {
		const made = reportOf(facts, 'America/New_York');
		const elements = parse(reportHtml(made));
		for (const { tagName, attrs, namespaceURI } of elements) {
			expect(namespaceURI).toBe(ns.NS.HTML);
			expect(ELEMENTS).toContain(tagName);
			for (const { name } of attrs) expect(ATTRIBUTES).toContain(name);
		}
		const [heading] = elements.filter(({ tagName }) => tagName === 'h1');
		expect(textOf(heading!)).toBe(made.headline);
		const cells = elements.filter(({ tagName }) => tagName === 'td').map(textOf);
		expect(cells.filter((cell) => cell !== '\u00a0')).toEqual(
			made.details.map(([, value]) => value),
		);
		const items = elements.filter(({ tagName }) => tagName === 'li').map(textOf);
		expect(items).toEqual(
			made.sections.flatMap(({ lines, more }) => [...lines, ...(more === null ? [] : [more])]),
		);
	});
	fc.assert(property, { numRuns: 50 });
});

test('an escaped text comes back from an element and from an attribute as it was', () => {
	const property = fc.property(anyText, (text) => {
		const [element] = parse(`<b title="${escapeMarkup(text)}">${escapeMarkup(text)}</b>`);
		const expected = text
			.replace(/\r\n?/g, '\n')
			.replace(/(?![\t\n])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, '\ufffd');
		expect(attribute(element!, 'title')).toBe(expected);
		expect(textOf(element!)).toBe(expected);
	});
	fc.assert(property, { numRuns: 300 });
});

test('the parts of a bar add up, and what is there has a part', () => {
	const property = fc.property(fc.array(fc.nat(1e6), { minLength: 3, maxLength: 3 }), (values) => {
		const parts = partsOf(values, 320);
		const total = values.reduce((sum, value) => sum + value, 0);
		expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total === 0 ? 0 : 320);
		for (const [index, part] of parts.entries()) expect(part > 0).toBe(values[index]! > 0);
	});
	fc.assert(property);
});

test('a mail of the usual length is below the 102 kB at which Gmail cuts it off', () => {
	const listed = Array.from({ length: 20 }, () => ({
		...{ id: 'inp_1', name: '<'.repeat(1_000), message: '"'.repeat(1_000) },
	}));
	const html = reportHtml(report({ failedInputs: { total: 9_999, listed } }));
	expect(Buffer.byteLength(html)).toBeLessThan(102_000);
});

test('Gmail, Outlook and Apple Mail show it, as caniemail.com knows them', async () => {
	const script = `
		import { caniemail } from 'caniemail';
		import { text } from 'node:stream/consumers';
		const clients = ['gmail.*', 'outlook.*', 'apple-mail.*'];
		const { issues } = caniemail({ clients, html: await text(process.stdin) });
		console.log(JSON.stringify([...issues.errors].map(([client, all]) => [client, all.map(({ title }) => title)])));
	`;
	const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], {
		cwd: root,
		input: reportHtml(report()),
	});
	// A discontinued Outlook tells screen readers nothing; the words below the bar remain.
	expect(JSON.parse(stdout)).toEqual([
		['outlook.windows-mail', ['aria-label attribute', 'role attribute']],
	]);
	// The check can fail.
	const bad = await execa(process.execPath, ['--input-type=module', '-e', script], {
		cwd: root,
		input: '<div style="display:grid"></div>',
	});
	expect(bad.stdout).toContain('display:grid');
}, 30_000);
