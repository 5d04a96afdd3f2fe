import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

import type { Chart } from './report';

const BAR_WIDTH = 220;
const OURS = '#2f6fb3';
const OTHERS = '#b8c0c8';

/**
 * A bar chart: a panel for each measure, a bar for each contender, all in the given order, with the
 * first one highlighted. Returns SVG.
 */
export async function toSvg({ title, marks }: Chart): Promise<string> {
	const [first] = marks;
	const measures = [...new Set(marks.map(({ measure }) => measure))];
	const bars = measures.map((measure, panel) => ({
		title: { text: measure, anchor: 'start' as const },
		width: BAR_WIDTH,
		data: { values: marks.filter((mark) => mark.measure === measure) },
		encoding: {
			y: {
				field: 'who',
				sort: null,
				title: null,
				axis: panel === 0 ? { labelLimit: 0, domain: false, ticks: false } : null,
			},
			x: { field: 'value', type: 'quantitative' as const, axis: null },
		},
		layer: [
			{
				mark: { type: 'bar' as const, height: 18 },
				encoding: {
					color: {
						condition: { test: `datum.who === ${JSON.stringify(first?.who)}`, value: OURS },
						value: OTHERS,
					},
				},
			},
			{
				mark: { type: 'text' as const, align: 'left' as const, dx: 4 },
				encoding: { text: { field: 'value', format: ',' } },
			},
		],
	}));
	const spec = {
		title: { text: title, anchor: 'start' as const, offset: 12 },
		background: 'white',
		padding: { left: 10, top: 10, right: 40, bottom: 10 },
		spacing: 50,
		hconcat: bars,
		config: { font: 'sans-serif', view: { stroke: null }, axis: { labelFontSize: 12 } },
	} as TopLevelSpec;
	return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
