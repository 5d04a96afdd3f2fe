import type { IDataObject } from 'n8n-workflow';

import { readErrors, readRetryAfter } from '../../../nodes/ArchetypeAi/api/envelopes';

describe('the words of the service, in each of its envelopes', () => {
	const saying = (body: unknown) => readErrors(body).map(({ message }) => message);

	test('errors: every one, with its code, suggestion and ID', () => {
		const errors = [
			{ code: 'conflict', message: 'File exists', suggestion: 'Rename it', error_uid: 'err-1' },
			{ code: 'NOT_FOUND', message: 'No such port' },
			'and a text',
		];
		expect(readErrors({ errors })).toEqual([
			{ code: 'conflict', message: 'File exists', suggestion: 'Rename it', uid: 'err-1' },
			{ code: 'NOT_FOUND', message: 'No such port' },
			{ message: 'and a text' },
		]);
	});

	test.each([
		['detail: a text', { detail: 'Not authenticated' }, ['Not authenticated']],
		['detail: an object', { detail: { code: 'busy', message: 'Wait' } }, ['Wait']],
		[
			"detail: FastAPI's list",
			{
				detail: [
					{ loc: ['query', 'limit'], msg: 'must be positive', type: 'greater_than' },
					{ loc: ['body', 'inputs', 0], msg: 'Field required' },
					'and a text',
				],
			},
			['query.limit: must be positive', 'body.inputs.0: Field required', 'and a text'],
		],
		['error: the old form', { error: { code: 'bad', message: 'Old', details: {} } }, ['Old']],
		['error: a text', { error: 'Broken' }, ['Broken']],
		['errors and error at once', { errors: [], error: { message: 'Old' } }, ['Old']],
		['errors: one that is no list', { errors: { message: 'Alone' } }, ['Alone']],
		['an error without message', { errors: [{ code: 'capacity_reached' }] }, ['capacity_reached']],
		['an error of unknown form', { errors: [{ why: 'full' }] }, ['{"why":"full"}']],
		['JSON in no known form', { message: 'Forbidden' }, ['{"message":"Forbidden"}']],
		['a list in no known form', ['Forbidden'], ['["Forbidden"]']],
		['plain text', ' upstream timed out\n', ['upstream timed out']],
		[
			'HTML',
			'<!doctype html><html><HEAD><style>h1 { color: red }</style><title>x</title></HEAD><body><header>\n<h1>502 Bad Gateway</h1></header><script>track("a < b")</script><hr>nginx</body></html>',
			['x  502 Bad Gateway nginx'],
		],
		[
			'XML of a storage, without the signature in it',
			'<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>It does not match.</Message><SignatureProvided>5ec2e7</SignatureProvided></Error>',
			['It does not match.'],
		],
		['no body', '', []],
		['white space', ' \n', []],
		['HTML without words', '<html><body></body></html>', []],
		['an empty object', {}, []],
		['null', null, []],
		['nothing', undefined, []],
	])('%s', (_, body, messages) => {
		expect(saying(body).map((words) => words.replace(/\s+/g, ' '))).toEqual(
			messages.map((words) => words.replace(/\s+/g, ' ')),
		);
	});
});

describe('how long the service asks to wait', () => {
	const inAnHour = (from: string) => new Date(Date.parse(from) + 3_600_000).toUTCString();
	const DAY = 86_400_000;
	const date = 'Tue, 02 Jun 2026 08:00:00 GMT';

	test.each<[string, IDataObject, unknown, number | undefined]>([
		['seconds', { 'retry-after': '7' }, '', 7_000],
		['parts of a second', { 'retry-after': '0.5' }, '', 500],
		['a date, by the clock of the service', { 'retry-after': inAnHour(date), date }, '', 3_600_000],
		['a date that has passed', { 'retry-after': date }, '', 0],
		['the old envelope', {}, { error: { details: { retry_after: 60 } } }, 60_000],
		[
			'the header before the body',
			{ 'retry-after': '1' },
			{ error: { details: { retry_after: 60 } } },
			1_000,
		],
		[
			'the body after a header that is none',
			{ 'retry-after': 'soon' },
			{ error: { details: { retry_after: 60 } } },
			60_000,
		],
		['no more than a day', { 'retry-after': '9'.repeat(300) }, '', DAY],
		['a number that JSON has alone', {}, { error: { details: { retry_after: Infinity } } }, DAY],
		['nothing', {}, { error: { details: {} } }, undefined],
		['a negative number', {}, { error: { details: { retry_after: -1 } } }, undefined],
	])('%s', (_, headers, body, ms) => {
		expect(readRetryAfter(headers, body)).toBe(ms);
	});

	test('a date without the clock of the service, by our own', () => {
		const headers = { 'retry-after': new Date(Date.now() + 60_000).toUTCString() };
		expect(readRetryAfter(headers, '')).toBeGreaterThan(57_000);
		expect(readRetryAfter(headers, '')).toBeLessThanOrEqual(60_000);
	});
});
