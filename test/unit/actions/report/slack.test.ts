// The Slack message stays within Slack's published limits, whatever the service returns.
// https://docs.slack.dev/reference/block-kit/blocks
import type { HeaderBlock, KnownBlock, PlainTextElement, SectionBlock } from '@slack/types';
import fc from 'fast-check';

import { reportOf } from '../../../../nodes/ArchetypeAi/actions/job/report/report';
import { slackMessage } from '../../../../nodes/ArchetypeAi/actions/job/report/slack';
import { anyFacts, report } from './support';

const MOST_BLOCKS = 50;
const LONGEST = { header: 150, text: 3_000, field: 2_000, fallback: 4_000 };
const MOST_FIELDS = 10;

/** The blocks in terms of Slack's own types: the compiler reports any difference. */
const blocksOf = (...given: Parameters<typeof report>): KnownBlock[] =>
	slackMessage(report(...given)).blocks;

function expectText(text: PlainTextElement | undefined, longest: number): void {
	expect(text?.type).toBe('plain_text');
	expect(text?.emoji).toBe(false);
	expect(text!.text.length).toBeGreaterThan(0);
	expect(text!.text.length).toBeLessThanOrEqual(longest);
	expect(text!.text).not.toMatch(/\p{Cs}/u);
}

test('headline, line, details, failed inputs and events', () => {
	const blocks = blocksOf();
	expect(blocks.map(({ type }) => type)).toEqual([
		...['header', 'section', 'section', 'divider', 'section', 'divider', 'section'],
	]);
	const texts = blocks.map((block) =>
		'text' in block ? (block.text as PlainTextElement).text : '',
	);
	expect(texts).toEqual([
		'Job "pump-7" is running',
		'▓▓▓▓▓░░░ 62 % · 5 of 8 inputs · 1 failed',
		...['', ''],
		'Failed inputs\n• a.csv: bad header',
		'',
		'Last error events\n• 2026-03-02 08:30 UTC FAILED: Processing failed for a.csv',
	]);
	const { fields = [] } = blocks[2] as SectionBlock;
	expect(fields.map(({ text }) => text)).toContain('Outputs\n3 files, 441 kB');
});

test('the text for notifications is no markup of Slack', () => {
	const { text } = slackMessage(report({ name: '<!channel> & <@U1>' }));
	expect(text).toBe(
		'Job "&lt;!channel&gt; &amp; &lt;@U1&gt;" is running: ▓▓▓▓▓░░░ 62 % · 5 of 8 inputs · 1 failed',
	);
});

test('what does not fit into a list is counted', () => {
	const listed = Array.from({ length: 100 }, (_, at) => ({
		...{ id: `inp_${at}`, name: `${at}.csv`, message: 'x'.repeat(300) },
	}));
	const blocks = blocksOf({ failedInputs: { total: 1_000, listed } });
	const { text } = (blocks[4] as SectionBlock).text!;
	const shown = text.match(/\.csv: x+/g)!.length;
	expect(text.endsWith(`• ${100 - shown} do not fit here\n• and 900 more`)).toBe(true);
	expect(shown).toBeGreaterThan(5);
});

test('every message is one that Slack takes', () => {
	const property = fc.property(anyFacts, (facts) => {
		const { blocks, text } = slackMessage(reportOf(facts, 'Asia/Kolkata'));
		expect(text.length).toBeLessThanOrEqual(LONGEST.fallback);
		expect(text).not.toMatch(/[<>]/);
		expect(blocks.length).toBeLessThanOrEqual(MOST_BLOCKS);
		for (const block of blocks as Array<HeaderBlock | SectionBlock>) {
			if (block.type === 'header') expectText(block.text, LONGEST.header);
			if (block.type !== 'section') continue;
			if (block.text) expectText(block.text as PlainTextElement, LONGEST.text);
			for (const field of block.fields ?? []) expectText(field as PlainTextElement, LONGEST.field);
			expect((block.fields ?? [1]).length).toBeGreaterThan(0);
			expect(block.fields?.length ?? 0).toBeLessThanOrEqual(MOST_FIELDS);
		}
	});
	fc.assert(property, { numRuns: 50 });
});
