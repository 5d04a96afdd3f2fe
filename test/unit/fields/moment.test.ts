import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DateTime } from 'luxon';

import { momentOf } from '../../../nodes/ArchetypeAi/fields/moment';

const ZONE = 'America/New_York';
const ten = Date.UTC(2026, 5, 2, 14);
const midnight = Date.UTC(2026, 5, 2, 4);

const SPELLINGS: Array<[string, number]> = [
	['2026-06-02T10:00:00', ten],
	['2026-06-02T10:00', ten],
	['2026-06-02 10:00', ten],
	['2026-06-02 10:00:00', ten],
	['2026-06-02 10:00:00.000', ten],
	['2026-06-02', midnight],
	['20260602', midnight],
	['2026/06/02', midnight],
	['2026/6/2 10:00', ten],
	['2026-6-2', midnight],
	['2026.06.02', midnight],
	['2026-06-02 10:00 AM', ten],
	['June 2, 2026', midnight],
	['June 2nd, 2026', midnight],
	['Jun 2 2026 10:00', ten],
	['2 June 2026 10:00', ten],
	['Tue, 02 Jun 2026 10:00:00', ten],
	['Tuesday, June 2, 2026 10:00 am', ten],
	['Tue Jun 02 2026 10:00:00', ten],
	// These state their time zone.
	['2026-06-02T14:00:00Z', ten],
	['2026-06-02 14:00:00 UTC', ten],
	['2026-06-02 16:00:00+02:00', ten],
	['2026-06-02T16:00:00+0200', ten],
	['2026-06-02T16:00[Europe/Berlin]', ten],
	['2026-06-02 16:00:00 Europe/Berlin', ten],
	['Tue, 02 Jun 2026 14:00:00 GMT', ten],
	['Tue, 02 Jun 2026 16:00:00 +0200', ten],
	['Tue Jun 02 2026 16:00:00 GMT+0200 (Central European Summer Time)', ten],
	['June 2, 2026 14:00 UTC', ten],
	[String(ten), ten],
	[String(ten / 1000), ten],
];

test.each(SPELLINGS)(
	'F14 S7 the time %j of a user is meant in the zone of the workflow',
	(...of) => {
		const [text, ms] = of;
		expect(momentOf(text, ZONE)).toBe(ms);
	},
);

test('F14 values of expressions', () => {
	expect(momentOf(ten, ZONE)).toBe(ten);
	expect(momentOf(new Date(ten), ZONE)).toBe(ten);
	expect(momentOf(DateTime.fromISO('2026-06-02T10:00', { zone: ZONE }), ZONE)).toBe(ten);
});

test.each([
	...['2/6/2026', '13/6/2026', '02.06.2026', '2-6-2026', '6/2/26', '10:00', 'yesterday', 'soon'],
	...[
		'foo 5',
		'Max 12',
		'2026-13-01',
		'2026-02-30',
		'June 31, 2026',
		'June 2',
		'[]',
		'true',
		'NaN',
	],
	...['2026-06-02 10:00 nowhere', 'June 2, 2026 and more'],
])('S7 %j is refused: it is no time, or the month is not clear', (text) => {
	expect(() => momentOf(text, ZONE)).toThrow();
});

test('F14 the zone of the machine makes no difference', () => {
	const module = join(__dirname, '../../../nodes/ArchetypeAi/fields/moment.ts');
	const texts = JSON.stringify(SPELLINGS.map(([text]) => text));
	const script = `const { momentOf } = require(${JSON.stringify(module)});
		process.stdout.write(JSON.stringify(${texts}.map((text) => momentOf(text, '${ZONE}'))));`;
	const said = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
		env: { ...process.env, TZ: 'Asia/Tokyo' },
	});
	expect(JSON.parse(said.toString())).toEqual(SPELLINGS.map(([, ms]) => ms));
});
