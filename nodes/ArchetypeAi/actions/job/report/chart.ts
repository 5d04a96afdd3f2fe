import { escapeMarkup } from './escape';
import { clockInWords, countInWords, cut, dayInWords, numberInWords, timeInWords } from './words';

/** How many inputs were completed and failed at a time, epoch ms. */
export interface ChartPoint {
	at: number;
	completed: number;
	failed: number;
}

interface ChartWords {
	title: string;
	/** The name of the time zone for the times. */
	zone: string;
}

const WIDTH = 640;
const HEIGHT = 320;
const PLOT = { left: 64, right: 500, top: 56, bottom: 264 };
/** Characters of the title that fit into the picture; `<title>` has all of it. */
const LONGEST_TITLE = 76;
const DAY_MS = 24 * 3_600_000;
const COMPLETED = '#2e7d32';
const FAILED = '#c62828';
const INK = '#222222';

/**
 * Progress over time as an SVG file: completed inputs, with the failed ones on top. What the colours show is
 * also shown by words beside the lines, by dashes, and by the description for screen readers. `total` is the
 * number of inputs. Pure.
 */
export function progressChart(points: ChartPoint[], total: number, words: ChartWords): string {
	const known = points
		.filter(({ at, completed, failed }) => [at, completed, failed].every(Number.isFinite))
		.sort((a, b) => a.at - b.at);
	const title = escapeMarkup(words.title);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title description" font-family="Arial,Helvetica,sans-serif" font-size="12" fill="${INK}">`,
		`<title id="title">${title}</title>`,
		`<desc id="description">${escapeMarkup(describe(known, total, words))}</desc>`,
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
		`<text x="16" y="28" font-size="15" font-weight="bold">${escapeMarkup(cut(words.title, LONGEST_TITLE))}</text>`,
		...(known.length === 0
			? [`<text x="16" y="64">No progress yet</text>`]
			: plot(known, total, words)),
		'</svg>',
		'',
	].join('\n');
}

function describe(points: ChartPoint[], total: number, { zone }: ChartWords): string {
	const [first, last] = [points[0], points.at(-1)];
	if (first === undefined || last === undefined) return 'No progress yet.';
	const { at, completed, failed } = last;
	const span = `From ${timeInWords(first.at, zone)} to ${timeInWords(at, zone)}`;
	return `${span}: ${numberInWords(completed)} of ${countInWords(total, 'input')} completed, ${numberInWords(failed)} failed.`;
}

function plot(points: ChartPoint[], total: number, words: ChartWords): string[] {
	const [first, last] = [points[0]!, points.at(-1)!];
	const most = Math.max(total, 1, ...points.map(({ completed, failed }) => completed + failed));
	const span = last.at - first.at || 1;
	const x = (at: number) => PLOT.left + ((at - first.at) / span) * (PLOT.right - PLOT.left);
	const y = (count: number) => PLOT.bottom - (count / most) * (PLOT.bottom - PLOT.top);
	const place = (at: number, count: number) => `${x(at).toFixed(1)},${y(count).toFixed(1)}`;
	// A single moment is drawn as a line, too.
	const drawn = points.length > 1 ? points : [first, { ...first, at: first.at + span }];

	const completed = drawn.map((point) => place(point.at, point.completed));
	const done = drawn.map((point) => place(point.at, point.completed + point.failed));
	const ground = [place(drawn.at(-1)!.at, 0), place(first.at, 0)];
	return [
		...countAxis(most, y),
		...timeAxis(first.at, drawn.at(-1)!.at, x, words),
		`<polygon points="${[...completed, ...ground].join(' ')}" fill="${COMPLETED}" fill-opacity="0.2"/>`,
		`<polygon points="${[...done, ...[...completed].reverse()].join(' ')}" fill="${FAILED}" fill-opacity="0.2"/>`,
		`<polyline points="${done.join(' ')}" fill="none" stroke="${FAILED}" stroke-width="2" stroke-dasharray="6 4"/>`,
		`<polyline points="${completed.join(' ')}" fill="none" stroke="${COMPLETED}" stroke-width="2"/>`,
		...labels(last, y),
	];
}

/** At the ends of the lines; kept apart if the lines meet. */
function labels({ completed, failed }: ChartPoint, y: (count: number) => number): string[] {
	const low = Math.min(y(completed) + 4, PLOT.bottom);
	const high = Math.min(y(completed + failed) + 4, low - 16);
	const label = (at: number, color: string, text: string) =>
		`<text x="${PLOT.right + 8}" y="${at.toFixed(1)}" fill="${color}">${text}</text>`;
	return [
		label(low, COMPLETED, `${numberInWords(completed)} completed`),
		label(high, FAILED, `+ ${numberInWords(failed)} failed`),
	];
}

/** Lines and numbers at zero, at half if that is a whole number, and at the total. */
function countAxis(most: number, y: (count: number) => number): string[] {
	return [0, most / 2, most].filter(Number.isInteger).flatMap((count) => {
		const at = y(count).toFixed(1);
		return [
			`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}" stroke="#cccccc"/>`,
			`<text x="${PLOT.left - 8}" y="${(y(count) + 4).toFixed(1)}" text-anchor="end">${numberInWords(count)}</text>`,
		];
	});
}

/** The times at the start, middle and end, with the date if there are several days. */
function timeAxis(
	from: number,
	to: number,
	x: (at: number) => number,
	{ zone }: ChartWords,
): string[] {
	const inWords = to - from > DAY_MS ? dayInWords : clockInWords;
	const ticks = [
		...[
			{ at: from, anchor: 'start' },
			{ at: (from + to) / 2, anchor: 'middle' },
		],
		{ at: to, anchor: 'end' },
	];
	return [
		...ticks.map(
			({ at, anchor }) =>
				`<text x="${x(at).toFixed(1)}" y="${PLOT.bottom + 20}" text-anchor="${anchor}">${escapeMarkup(inWords(at, zone))}</text>`,
		),
		`<text x="${PLOT.left}" y="${PLOT.bottom + 40}">${escapeMarkup(`from ${timeInWords(from, zone)}`)}</text>`,
	];
}
