import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { timeOf } from '../../../nodes/ArchetypeAi/api/time';

const noon = Date.UTC(2026, 2, 1, 12);

test.each([
	['2026-03-01T12:00:00Z', noon],
	['2026-03-01T12:00:00', noon],
	['2026-03-01 12:00:00', noon],
	['2026-03-01T12:00', noon],
	['2026-03-01T12:00:00.000000', noon],
	['2026-03-01T12:00:00,5z', noon + 500],
	['2026-03-01T13:00:00+01:00', noon],
	['2026-03-01T13:00:00+0100', noon],
	['2026-03-01 12:00:00+00', noon],
	['2026-03-01', Date.UTC(2026, 2, 1)],
	['Sun, 01 Mar 2026 12:00:00 GMT', noon],
	['2026-03-01 12:00:00 UTC', noon],
	['2026-03-01 12:00:00.000000 GMT', noon],
	['March 1, 2026 12:00', NaN],
	['03-01-2026', NaN],
	['2026-03-01T12:00:00 or so', NaN],
	['soon', NaN],
	['', NaN],
])('F14 the time %j of the service, wherever n8n runs', (text, ms) => {
	expect(timeOf(text)).toBe(ms);
});

test('F14 the zone of the machine makes no difference', () => {
	const module = join(__dirname, '../../../nodes/ArchetypeAi/api/time.ts');
	const script = `const { timeOf } = require(${JSON.stringify(module)});
		const offset = new Date(2026, 0).getTimezoneOffset();
		process.stdout.write(timeOf('2026-03-01T12:00:00') + ' ' + offset);`;
	const said = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
		env: { ...process.env, TZ: 'Asia/Tokyo' },
	});
	expect(said.toString()).toBe(`${noon} -540`);
});
