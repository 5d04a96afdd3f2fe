import { withoutFormulas } from '../../../nodes/ArchetypeAi/api/rows/formulas';

describe('H13 cells that a spreadsheet takes for a formula', () => {
	test.each([
		...['=1+1', '=HYPERLINK("https://b.example","x")', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1'],
		...['＝1+1', '－1+1', '-', '-a', "=cmd|' /C calc'!A0", '+49 30 1'],
	])('H13 %j gets a quote', (cell) => {
		expect(withoutFormulas({ a: cell })).toEqual({ a: `'${cell}` });
	});

	test.each(['-1.5', '+2', '-1,5', '-1e-5', '', 'a=b', '1-2', "'=1", ' =1', 'pump-7'])(
		'H13 %j stays',
		(cell) => {
			expect(withoutFormulas({ a: cell })).toEqual({ a: cell });
		},
	);

	test('H13 numbers, names of columns, and what is within', () => {
		const row = { '=1': -1.5, '@b': null, c: { '+d': ['=1', -2, true] }, ['__proto__']: '=1' };
		const safe = withoutFormulas(JSON.parse(JSON.stringify(row)) as typeof row);
		expect(JSON.stringify(safe)).toBe(
			`{"'=1":-1.5,"'@b":null,"c":{"'+d":["'=1",-2,true]},"__proto__":"'=1"}`,
		);
		expect(Object.getPrototypeOf(safe)).toBe(Object.prototype);
	});
});
