import { escapeMarkup } from './escape';
import { doneInWords } from './progress';
import type { Progress } from './progress';
import type { Report, ReportSection } from './report';

/**
 * A report as HTML for mail programs, which support tables and inline styles but drop style sheets and SVG.
 * Everything that a colour shows is also said in words. Pure.
 */
export function reportHtml({ details, headline, line, progress, sections }: Report): string {
	return [
		`<div lang="en" style="${FONT}">`,
		`<h1 style="font-size:18px;margin:0 0 12px 0">${escapeMarkup(headline)}</h1>`,
		progress === null || progress.total === 0 ? paragraph(line) : bar(progress),
		table(details),
		...sections.map(sectionHtml),
		'</div>',
	].join('\n');
}

const FONT = 'font-family:Arial,Helvetica,sans-serif;font-size:14px;color:#222222';
const BAR_WIDTH = 320;
const COMPLETED = '#2e7d32';
const FAILED = '#c62828';
const LEFT = '#d9d9d9';

const paragraph = (text: string): string =>
	`<p style="margin:4px 0 12px 0">${escapeMarkup(text)}</p>`;

/** A table with cells as wide as the numbers they represent. */
function bar(progress: Progress): string {
	const { completed, failed, percent, total } = progress;
	const words = `${percent} % · ${doneInWords(progress)}`;
	const widths = partsOf([completed, failed, total - completed - failed], BAR_WIDTH);
	const cells = [COMPLETED, FAILED, LEFT]
		.map((color, part) => ({ color, width: widths[part]! }))
		.filter(({ width }) => width > 0)
		.map(
			({ color, width }) =>
				`<td width="${width}" height="14" bgcolor="${color}" style="width:${width}px;height:14px;background-color:${color};font-size:1px;line-height:14px">&nbsp;</td>`,
		);
	return [
		`<table role="img" aria-label="${escapeMarkup(words)}" width="${BAR_WIDTH}" cellpadding="0" cellspacing="0" border="0" style="width:${BAR_WIDTH}px;border-collapse:collapse"><tr>${cells.join('')}</tr></table>`,
		paragraph(words),
	].join('\n');
}

/** Whole pixels for each part, which add up to the width; a part that is not zero gets at least one. */
export function partsOf(values: number[], width: number): number[] {
	const total = values.reduce((sum, value) => sum + value, 0);
	if (total === 0) return values.map(() => 0);
	const parts = values.map((value) =>
		value > 0 ? Math.max(1, Math.floor((value / total) * width)) : 0,
	);
	const widest = parts.indexOf(Math.max(...parts));
	parts[widest]! += width - parts.reduce((sum, part) => sum + part, 0);
	return parts;
}

function table(rows: Report['details']): string {
	const cell = 'padding:2px 16px 2px 0;vertical-align:top;text-align:left';
	const lines = rows.map(
		([label, value]) =>
			`<tr><th scope="row" style="${cell};font-weight:normal;color:#595959">${escapeMarkup(label)}</th><td style="${cell}">${escapeMarkup(value)}</td></tr>`,
	);
	return `<table cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font-size:14px;color:#222222">${lines.join('')}</table>`;
}

function sectionHtml({ lines, more, title }: ReportSection): string {
	const items = [...lines, ...(more === null ? [] : [more])].map(
		(line) => `<li style="margin:0 0 4px 0">${escapeMarkup(line)}</li>`,
	);
	return [
		`<h2 style="font-size:15px;margin:16px 0 8px 0">${escapeMarkup(title)}</h2>`,
		`<ul style="margin:0;padding:0 0 0 20px">${items.join('')}</ul>`,
	].join('\n');
}
