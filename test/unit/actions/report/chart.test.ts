// The chart as an SVG file: XML that a strict parser accepts, within bounds, with a description.
import fc from 'fast-check';
import { SaxesParser } from 'saxes';

import {
	progressChart,
	type ChartPoint,
} from '../../../../nodes/ArchetypeAi/actions/job/report/chart';
import { anyText } from './support';

const START = Date.UTC(2026, 2, 2, 8, 0);
const MINUTE_MS = 60_000;
const words = { title: 'Job "pump-7" is running', zone: 'Europe/Berlin' };

interface Element {
	name: string;
	attributes: Record<string, string>;
	text: string;
}

/** The elements of a well-formed XML document; throws at the first error. */
function parse(xml: string): Element[] {
	const all: Element[] = [];
	const open: Element[] = [];
	const parser = new SaxesParser();
	parser.on('error', (error) => {
		throw error;
	});
	parser.on('opentag', ({ name, attributes }) => {
		const element = { name, attributes: attributes as Record<string, string>, text: '' };
		all.push(element);
		open.push(element);
	});
	parser.on('text', (text) => {
		if (open.length > 0) open.at(-1)!.text += text;
	});
	parser.on('closetag', () => open.pop());
	parser.write(xml).close();
	return all;
}

const points = (count: number): ChartPoint[] =>
	Array.from({ length: count }, (_, at) => ({
		...{ at: START + at * MINUTE_MS, completed: Math.floor(at / 20), failed: at > 50 ? 1 : 0 },
	}));
const named = (elements: Element[], wanted: string) =>
	elements.filter(({ name }) => name === wanted);
const texts = (elements: Element[]) => named(elements, 'text').map(({ text }) => text);

test('two lines that differ in more than colour, each with its words, and a description', () => {
	const elements = parse(progressChart(points(100), 8, words));
	expect(elements[0]!.attributes).toMatchObject({
		...{ role: 'img', 'aria-labelledby': 'title description' },
	});
	expect(named(elements, 'title')[0]!.text).toBe(words.title);
	expect(named(elements, 'desc')[0]!.text).toBe(
		'From 2026-03-02 09:00 GMT+1 to 2026-03-02 10:39 GMT+1: 4 of 8 inputs completed, 1 failed.',
	);
	const lines = named(elements, 'polyline').map(({ attributes }) => attributes);
	expect(lines.map((line) => line['stroke-dasharray'])).toEqual(['6 4', undefined]);
	expect(lines.every((line) => line.points!.split(' ').length === 100)).toBe(true);
	expect(texts(elements)).toEqual([
		words.title,
		...['0', '4', '8', '09:00', '09:49', '10:39', 'from 2026-03-02 09:00 GMT+1'],
		...['4 completed', '+ 1 failed'],
	]);
});

test('the heights are the counts', () => {
	const elements = parse(progressChart(points(100), 8, words));
	const [done, completed] = named(elements, 'polyline').map(({ attributes }) =>
		attributes.points!.split(' ').map((place) => Number(place.split(',')[1])),
	);
	const [bottom, , top] = named(elements, 'line').map(({ attributes }) => Number(attributes.y1));
	const countAt = (y: number) => Math.round(((bottom! - y) / (bottom! - top!)) * 8 * 100) / 100;
	for (const [index, point] of points(100).entries()) {
		expect(countAt(completed![index]!)).toBeCloseTo(point.completed, 1);
		expect(countAt(done![index]!)).toBeCloseTo(point.completed + point.failed, 1);
	}
});

test('several days have their days', () => {
	const days = [0, 1_440, 4_320].map((minutes) => ({
		...{ at: START + minutes * MINUTE_MS, completed: 1, failed: 0 },
	}));
	expect(texts(parse(progressChart(days, 8, words)))).toEqual(
		expect.arrayContaining(['03-02 09:00', '03-03 21:00', '03-05 09:00']),
	);
});

test('without points it says that there is no progress yet', () => {
	const unknown = [{ at: NaN, completed: 1, failed: 0 }];
	for (const none of [[], unknown]) {
		expect(texts(parse(progressChart(none, 8, words)))).toEqual([words.title, 'No progress yet']);
	}
});

test('any points and any title make well-formed XML with every place inside the picture', () => {
	const point = fc.record({
		at: fc.oneof(fc.constant(NaN), fc.integer({ min: 0, max: 4e12 })),
		...{ completed: fc.nat(1e9), failed: fc.nat(1e9) },
	});
	const property = fc.property(
		fc.array(point, { maxLength: 50 }),
		fc.nat(1e6),
		anyText,
		(given, total, title) => {
			const elements = parse(progressChart(given, total, { title, zone: 'Asia/Tokyo' }));
			const allowed = ['svg', 'title', 'desc', 'rect', 'text', 'line', 'polygon', 'polyline'];
			for (const { name } of elements) expect(allowed).toContain(name);
			const shapes = elements.flatMap(({ attributes }) => attributes.points?.split(' ') ?? []);
			for (const place of shapes) {
				const [x, y] = place.split(',').map(Number);
				expect(x! >= 0 && x! <= 640 && y! >= 0 && y! <= 320).toBe(true);
			}
		},
	);
	fc.assert(property);
});
