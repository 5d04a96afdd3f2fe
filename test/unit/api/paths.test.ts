import fc from 'fast-check';

import { filePath, jobPath } from '../../../nodes/ArchetypeAi/api/paths';
import { complaining } from './node';

function errorFor(id: string): unknown {
	try {
		return jobPath(complaining(2), id);
	} catch (error) {
		return error;
	}
}

describe('an id cannot change the path of a request', () => {
	test('the path of a job, and of what is below it', () => {
		expect(jobPath(complaining(), 'job_3h7m2k9xq4e8vt1c5b0n6dzr8w')).toBe(
			'/batch/jobs/job_3h7m2k9xq4e8vt1c5b0n6dzr8w',
		);
		// The samples in the service's own documentation are not TypeIDs.
		expect(jobPath(complaining(), 'job_2abc3def4ghi5jkl6mno7pqr', '/inputs/progress')).toBe(
			'/batch/jobs/job_2abc3def4ghi5jkl6mno7pqr/inputs/progress',
		);
	});

	test('an empty id says that none was chosen, and for which item', () => {
		expect(errorFor('')).toMatchObject({
			message: 'No job was chosen',
			description: expect.stringContaining('An expression may have given an empty value') as string,
			context: { itemIndex: 2 },
		});
	});

	test.each([
		'.',
		'..',
		'../jobs',
		'a/b',
		'a\\b',
		'job_1?limit=1',
		'job_1#x',
		'job_1%2F..',
		'job 1',
		'job_1\n',
		' job_1',
		'jöb',
		'{{ $json.id }}',
		'https://api.u1.archetypeai.app/v0.5/batch/jobs/job_1',
	])('%j is not a job ID', (id) => {
		expect(errorFor(id)).toMatchObject({
			message: `"${id.replace(/\s+/g, ' ')}" is not a job ID`,
			context: { itemIndex: 2 },
		});
	});

	test('a long one is not repeated whole', () => {
		expect(() => jobPath(complaining(), '/'.repeat(500))).toThrow(
			`"${'/'.repeat(80)}" is not a job ID`,
		);
	});

	test('a link in its place is not shown with its signature', () => {
		const link = 'https://b.example/o?X-Amz-Signature=5ec2e7';
		expect(() => jobPath(complaining(), link)).toThrow('"https://b.example/o" is not a job ID');
	});

	test('any id: one segment of the path, or an error', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w.%/-]{1,30}$/)), (id) => {
				let path = '';
				try {
					path = jobPath(complaining(), id, '/outputs');
				} catch {
					return;
				}
				const { pathname, search, hash } = new URL(`https://api.example/v0.5${path}`);
				expect(pathname.split('/')).toEqual(['', 'v0.5', 'batch', 'jobs', id, 'outputs']);
				expect(search + hash).toBe('');
			}),
			{ numRuns: 500 },
		);
	});
});

describe('the name of a file cannot change the path of a request', () => {
	const below = '/v0.5/files/delete/';

	test('any name is one part of the path, and comes back from it as it was, or is refused', () => {
		const pieces = fc.constantFrom(
			'.',
			'..',
			'/',
			'\\',
			'%',
			'2e',
			'?',
			'#',
			' ',
			'\n',
			'ü',
			'\ud800',
			'a',
		);
		const names = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 20 }),
			fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
		);
		let taken = 0;
		const property = fc.property(names, (name) => {
			let path: string;
			try {
				path = filePath(complaining(2), 'delete', name);
			} catch (error) {
				expect(error).toMatchObject({ context: { itemIndex: 2 } });
				expect(['', '.', '..'].includes(name) || /\p{Cs}/u.test(name)).toBe(true);
				return;
			}
			taken++;
			const { pathname, search, hash } = new URL(`https://api.example/v0.5${path}`);
			expect([pathname.startsWith(below), search, hash]).toEqual([true, '', '']);
			const rest = pathname.slice(below.length);
			expect(rest).not.toMatch(/[/\\]/);
			expect(decodeURIComponent(rest)).toBe(name);
		});
		fc.assert(property, { numRuns: 1_000 });
		expect(taken).toBeGreaterThan(500);
	});
});
