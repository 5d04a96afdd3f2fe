import fc from 'fast-check';

import { safeFileName } from '../../../nodes/ArchetypeAi/api/fileName';

describe('server-supplied names are made safe', () => {
	test.each([
		['pred_pump7_part_0.csv', 'pred_pump7_part_0.csv'],
		['../../etc/passwd', 'passwd'],
		['..\\..\\windows\\system32\\x.dll', 'x.dll'],
		['/abs/olute.csv', 'olute.csv'],
		['a/b\\c.csv', 'c.csv'],
		['nul\0byte\r\n.csv', 'nulbyte.csv'],
		['C:ontrol?<a>|"*".csv', 'Controla.csv'],
		['gpj.\u202Ecsv', 'gpj.csv'],
		['trailing. . ', 'trailing'],
		['trailing.\u00A0', 'trailing'],
		['  leading.csv', 'leading.csv'],
		['..hidden', '..hidden'],
		['Größe 7 °C.csv', 'Größe 7 °C.csv'],
		['📈.csv', '📈.csv'],
	])('%j becomes %j', (name, safe) => {
		expect(safeFileName(name, 'out_1')).toBe(safe);
	});

	test.each([
		[''],
		['.'],
		['..'],
		['...'],
		['a/'],
		['a/..'],
		['\0'],
		[' . '],
		['.\u00A0.'],
		[null],
		[undefined],
	])('nothing is left of %j: the fallback', (name) => {
		expect(safeFileName(name, 'out_1')).toBe('out_1');
	});

	test('a fallback that the server supplied is made safe, too', () => {
		expect(safeFileName('..', '../../out_1')).toBe('out_1');
		expect(safeFileName(null, '..')).toBe('file');
	});

	test.each([
		['x'.repeat(300), 'x'.repeat(255)],
		[`${'x'.repeat(300)}.csv`, `${'x'.repeat(251)}.csv`],
		[`${'📈'.repeat(100)}.csv`, `${'📈'.repeat(62)}.csv`],
		[`${'x'.repeat(254)}.${'y'.repeat(40)}`, 'x'.repeat(254)],
		[`${'x'.repeat(254)} ${'y'.repeat(40)}`, 'x'.repeat(254)],
		[`.${'x'.repeat(300)}`, `.${'x'.repeat(254)}`],
		[`${'x'.repeat(300)}.csv. .`, `${'x'.repeat(251)}.csv`],
	])('a long name is cut to 255 bytes, with its extension (%#)', (name, safe) => {
		expect(safeFileName(name, 'out_1')).toBe(safe);
	});

	test.each(['.', ' ', '. x', '/', '📈'])('a megabyte of %j is no reason to hang', (piece) => {
		const start = performance.now();
		safeFileName(`${piece.repeat(1_000_000 / piece.length)}x`, 'out_1');
		expect(performance.now() - start).toBeLessThan(3_000);
	});

	const anything = fc.oneof(
		fc.string({ unit: 'grapheme', maxLength: 400 }),
		fc.string({ unit: 'binary', maxLength: 400 }),
		fc.string({ unit: fc.constantFrom(...'./\\ \0\n\u00A0\u202Ea📈'), maxLength: 400 }),
	);

	test('whatever the name and the fallback, the result is one plain file name', () => {
		fc.assert(
			fc.property(anything, anything, (name, fallback) => {
				const safe = safeFileName(name, fallback);
				expect(safe).not.toMatch(/[/\\\p{Cc}\p{Bidi_Control}<>:"|?*]/u);
				expect(safe).not.toMatch(/^$|^\s|[\s.]$/);
				expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
				expect(safeFileName(safe, 'x')).toBe(safe);
			}),
			{ numRuns: 500 },
		);
	});

	test('a short extension stays, however long the name', () => {
		const extension = fc.stringMatching(/^[a-z0-9]{1,16}$/);
		fc.assert(
			fc.property(anything, extension, (stem, extension) => {
				fc.pre(/[a-z📈]/u.test(stem.split(/[\\/]/).pop() ?? ''));
				expect(safeFileName(`${stem}.${extension}`, 'x').endsWith(`.${extension}`)).toBe(true);
			}),
		);
	});
});
