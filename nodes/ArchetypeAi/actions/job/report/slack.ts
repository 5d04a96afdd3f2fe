import type { Report, ReportSection } from './report';
import { cut } from './words';

/**
 * A report as a message for Slack, within Slack's limits: https://docs.slack.dev/reference/block-kit.
 * Text from the service goes into `plain_text` objects, which have no markup.
 */
export interface SlackMessage {
	/** Shown by notifications, and by clients that do not show blocks. */
	text: string;
	blocks: SlackBlock[];
}

type SlackText = { type: 'plain_text'; text: string; emoji: false };
export type SlackBlock =
	| { type: 'header'; text: SlackText }
	| { type: 'section'; text: SlackText }
	| { type: 'section'; fields: SlackText[] }
	| { type: 'divider' };

const LONGEST_HEADER = 150;
const LONGEST_TEXT = 3_000;
const LONGEST_FIELD = 2_000;
const MOST_FIELDS = 10;

/** The message for a report. Pure. */
export function slackMessage({ details, headline, line, sections }: Report): SlackMessage {
	return {
		text: cut(escaped(`${headline}: ${line}`), LONGEST_TEXT),
		blocks: [
			{ type: 'header', text: plain(headline, LONGEST_HEADER) },
			{ type: 'section', text: plain(line, LONGEST_TEXT) },
			{
				type: 'section',
				fields: details
					.slice(0, MOST_FIELDS)
					.map(([label, value]) => plain(`${label}\n${value}`, LONGEST_FIELD)),
			},
			...sections.flatMap((section): SlackBlock[] => [
				{ type: 'divider' },
				{ type: 'section', text: plain(sectionText(section), LONGEST_TEXT) },
			]),
		],
	};
}

const plain = (text: string, longest: number): SlackText => ({
	...{ type: 'plain_text', text: cut(text, longest), emoji: false },
});

/** As many lines as fit, and the number of those that do not. */
function sectionText({ lines, more, title }: ReportSection): string {
	const last = more === null ? '' : `\n• ${more}`;
	// Room for the line that says how many are left out.
	const room = LONGEST_TEXT - title.length - last.length - 40;
	let text = '';
	for (const [index, line] of lines.entries()) {
		const next = `\n• ${line}`;
		if (text.length + next.length > room) {
			return `${title}${text}\n• ${lines.length - index} do not fit here${last}`;
		}
		text += next;
	}
	return `${title}${text}${last}`;
}

/** A text escaped for Slack's markup: no links or mentions. */
const escaped = (text: string): string =>
	text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
