import type { SensorFile } from './server';

/** Rows per example: with the default windows, enough for the service's rule on neighbours. */
const ROWS = 200;
/** The pump's base level in each of its states. */
const LEVELS = { healthy: 10, worn: 80 };

const csv = (level: number): string =>
	[
		'timestamp,level',
		...Array.from({ length: ROWS }, (_, row) => {
			const time = new Date(Date.UTC(2026, 0, 1) + row * 1000).toISOString();
			return `${time},${level + (row % 5)}`;
		}),
	].join('\n');

/** The only machine-state-classification setting without a default: the columns to read. */
export const PUMP_COLUMNS = '["level"]';

/** A labelled example of each pump state, and a file to classify: the pump is worn. */
export const PUMP: Record<'healthy' | 'worn' | 'nightly', SensorFile> = {
	healthy: { name: 'pump-healthy.csv', content: csv(LEVELS.healthy) },
	worn: { name: 'pump-worn.csv', content: csv(LEVELS.worn) },
	nightly: { name: 'pump-nightly.csv', content: csv(LEVELS.worn + 1) },
};

/** Windows of the default size and step in one of these files; each yields a result row. */
export const PUMP_WINDOWS = Math.floor((ROWS - 64) / 16) + 1;
