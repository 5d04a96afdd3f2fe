import fc from 'fast-check';

import { DistinctNames, safeFileName } from '../../../nodes/ArchetypeAi/api/fileName';

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
		['Größe 7 °C.csv', 'Größe 7 °C.csv'],
		['📈.csv', '📈.csv'],
	])('%j becomes %j', (name, safe) => {
		expect(safeFileName(name, 'out_1')).toBe(safe);
	});

	test.each([
		['-rf', '_rf'],
		['--help.csv', '_help.csv'],
		['.ssh', '_ssh'],
		['..hidden', '_hidden'],
		['~root', '_root'],
		['CON', '_CON'],
		['con.csv', '_con.csv'],
		['NUL .csv', '_NUL .csv'],
		['com1', '_com1'],
		['LPT¹.txt', '_LPT¹.txt'],
		['CONtrol.csv', 'CONtrol.csv'],
		['pay\u200bload.csv', 'payload.csv'],
		['\ufeff\u2060.ssh', '_ssh'],
		['a\u3164\u00ad.csv', 'a.csv'],
		['half \ud83d.csv', 'half .csv'],
		['a\u200db\ufe0f.csv', 'ab.csv'],
		['👩\u200d🔬 ❤\ufe0f.csv', '👩\u200d🔬 ❤\ufe0f.csv'],
		['trailing.csv.\u200b', 'trailing.csv'],
	])('H13 %j becomes %j', (name, safe) => {
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
		[`.${'x'.repeat(300)}`, `_${'x'.repeat(254)}`],
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
				expect(safe).not.toMatch(/[/\\\p{Cc}\p{Bidi_Control}\p{Cs}\u200b\ufeff<>:"|?*]|^[-.~]/u);
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

describe('F12 names that are given within a run', () => {
	const given = (names: string[]) => {
		const distinct = new DistinctNames();
		return names.map((name) => distinct.take(name));
	};

	test.each([
		[
			['a.csv', 'a.csv', 'A.CSV'],
			['a.csv', 'a_2.csv', 'A_3.CSV'],
		],
		[
			['a.csv', 'a.csv', 'a_2.csv'],
			['a.csv', 'a_2.csv', 'a_2_2.csv'],
		],
		[
			['a_2.csv', 'a.csv', 'a.csv'],
			['a_2.csv', 'a.csv', 'a_3.csv'],
		],
		[
			['é', 'e\u0301'],
			['é', 'e\u0301_2'],
		],
		[
			['.x', '.x'],
			['.x', '.x_2'],
		],
	])('%j are %j', (names, distinct) => expect(given(names)).toEqual(distinct));

	test('are no two alike, and never too long', () => {
		const name = fc.oneof(fc.constantFrom('a', 'A', 'a_2', 'a.csv'), fc.constant('é'.repeat(126)));
		fc.assert(
			fc.property(fc.array(name, { maxLength: 40 }), (names) => {
				const all = given(names.map((some) => safeFileName(some, 'x')));
				expect(new Set(all.map((one) => one.toLowerCase())).size).toBe(names.length);
				for (const one of all) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(255);
			}),
		);
	});

	test('H13 long names that differ at their ends are given in time, too', () => {
		const tails = Array.from({ length: 20_000 }, (_, number) => (number % 10_000).toString(36));
		const names = tails.map((tail) => safeFileName(`${'x'.repeat(248)}${tail}.csv`, 'x'));
		const start = performance.now();
		expect(new Set(given(names)).size).toBe(names.length);
		expect(performance.now() - start).toBeLessThan(3_000);
	});

	test('a hundred thousand alike take no time', () => {
		const start = performance.now();
		expect(new Set(given(new Array<string>(100_000).fill('a.csv'))).size).toBe(100_000);
		expect(performance.now() - start).toBeLessThan(3_000);
	});
});
