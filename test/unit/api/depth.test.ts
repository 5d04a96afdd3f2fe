// A deeply nested value makes recursive functions, n8n's own among them, fail with
// "Maximum call stack size exceeded".
import { jobItem, jobSchema } from '../../../nodes/ArchetypeAi/api/jobs';
import { isTooDeep, MOST_LEVELS } from '../../../nodes/ArchetypeAi/api/depth';
import { readErrors } from '../../../nodes/ArchetypeAi/api/envelopes';
import { ChosenColumns } from '../../../nodes/ArchetypeAi/api/rows/columns';
import { Findings } from '../../../nodes/ArchetypeAi/api/rows/findings';
import { rowsIn } from '../../../nodes/ArchetypeAi/api/rows/read';
import { all, fail, inPieces } from './pieces';

const nested = (depth: number) => `${'{"a":'.repeat(depth)}null${'}'.repeat(depth)}`;
const jobOf = (parameters: string): unknown =>
	JSON.parse(`{"id":"job_1","status":"RUNNING","created_at":"","parameters":${parameters}}`);

test('H5 a row of the service that is nested deeply is refused, and says so', () => {
	expect(isTooDeep(JSON.parse(nested(MOST_LEVELS)))).toBe(false);
	const most = jobSchema.parse(jobOf(nested(MOST_LEVELS - 1)));
	expect(JSON.stringify(jobItem(most, false))).toContain('"a"');
	expect(jobSchema.safeParse(jobOf(nested(MOST_LEVELS))).error?.issues[0]?.message).toBe(
		'it is nested deeper than 100 levels',
	);
	expect(jobSchema.safeParse(jobOf(nested(1_000_000))).success).toBe(false);
});

test('H5 a row of a file that is nested deeply is an error with its line', async () => {
	const read = (json: string) => {
		const options = { columns: new ChosenColumns([]), findings: new Findings(), source: [] };
		const bytes = Buffer.from(`{"a":1}\n${json}\n`);
		return all(rowsIn(inPieces(bytes), { name: 'x', hint: { format: 'jsonl' } }, options, fail));
	};
	expect((await read(nested(MOST_LEVELS))).flat()).toHaveLength(2);
	await expect(read(nested(MOST_LEVELS + 1))).rejects.toThrow('line 2 is nested deeper than 100');
	await expect(read(nested(1_000_000))).rejects.toThrow('line 2 is nested deeper than 100');
});

test('H5 an error that is nested deeply is said in words', () => {
	expect(readErrors(JSON.parse(nested(100_000)))).toEqual([
		{ message: 'a value that cannot be written as JSON' },
	]);
});
