import type { IDataObject } from 'n8n-workflow';
import fc from 'fast-check';

import { node } from '../../unit/api/node';
import { assertEqual, assertThat } from '../assert';
import { anyJson, inPiecesOf, longText, oddText, pattern } from '../inputs';
import {
	inputItem,
	inputProgressItem,
	inputProgressSchema,
	inputSchema,
	jobItem,
	jobSchema,
	outputItem,
	outputSchema,
	listSchema,
	readBody,
	readErrors,
	readRetryAfter,
	shapeError,
	statusError,
	timeOf,
} from '../product';
import type { RequestInfo } from '../product';
import { outcomeOf, property } from '../property';
import type { Property } from '../property';
import { assertLinear } from '../steps';

const info: RequestInfo = { node, request: 'GET /batch/jobs', subject: 'The list of jobs' };

const ENVELOPE = ['errors', 'error', 'detail', 'message', 'msg', 'code', 'error_uid', 'loc'];
const ROW = [
	'id',
	'name',
	'status',
	'data',
	'ref',
	'filename',
	'created_at',
	'parameters',
	'error',
];

/** A row from the service with some fields replaced by something else. */
function rowOf(good: object, odd: string): unknown {
	const value: unknown = JSON.parse(odd);
	const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
	return isObject ? { ...good, ...value } : value;
}

function goodRows(): object[] {
	const at = '2026-03-01T00:00:00Z';
	const data = { ref: 'https://b.example/o?X-Amz-Signature=5ec', filename: 'a.csv', num_bytes: 3 };
	const input = { id: 'inp_1', port_name: 'p', status: 'completed', data };
	return [
		{ id: 'job_1', status: 'RUNNING', created_at: at, retry_count: 0 },
		input,
		{ input, latest_progress: {}, step: 1 },
		{ id: 'out_1', port_name: 'p', data, created_at: at, expires_at: at },
	];
}

/** The item for a row of each list; undefined if the row is rejected. */
const KINDS: Array<(row: unknown, simplify: boolean) => IDataObject | undefined> = [
	(row, simplify) => made(jobSchema.safeParse(row), jobItem, simplify),
	(row, simplify) => made(inputSchema.safeParse(row), inputItem, simplify),
	(row, simplify) => made(inputProgressSchema.safeParse(row), inputProgressItem, simplify),
	(row, simplify) => made(outputSchema.safeParse(row), outputItem, simplify),
];

const made = <Row>(
	parsed: { success: true; data: Row } | { success: false },
	item: (row: Row, simplify: boolean) => IDataObject,
	simplify: boolean,
) => (parsed.success ? item(parsed.data, simplify) : undefined);

const MARKUP = /[<>]|&#?\w+;/;

export const replies: Property[] = [
	property(
		'Replies: whatever a row is, it is refused, or becomes an item that n8n can store',
		fc.record({
			...{ good: fc.constantFrom(...goodRows()), odd: anyJson(ROW) },
			...{ simplify: fc.boolean(), make: fc.constantFrom(...KINDS) },
		}),
		({ good, odd, simplify, make }) => {
			const made = make(rowOf(good, odd), simplify);
			if (made === undefined) return;
			assertThat(Object.getPrototypeOf(made) === Object.prototype, () => 'prototype changed');
			assertThat(!JSON.stringify(made).includes('5ec'), () => 'a signature is in the item');
		},
		500,
	),

	property(
		'Replies: whatever a list is, it has its array, or is refused in words',
		anyJson(['jobs', 'total', 'limit']),
		(json) => {
			const reply: unknown = JSON.parse(json);
			const parsed = listSchema('jobs').safeParse(reply);
			if (parsed.success) return assertThat(Array.isArray(parsed.data.rows), () => 'no rows');
			checkWords(shapeError(info, reply, parsed.error));
		},
	),

	property(
		'Replies: whatever an error is, its words are one line each, no markup, and no longer than can be read',
		fc.record({
			status: fc.integer({ min: 300, max: 599 }),
			body: fc.oneof(anyJson(ENVELOPE), oddText(), longer()),
			isLink: fc.boolean(),
			retryAfter: fc.oneof(fc.constantFrom('', '1', '9'.repeat(400), '1e9', '-1'), oddText(3)),
		}),
		({ status, body, isLink, retryAfter }) => {
			const headers = { 'retry-after': retryAfter };
			const reply = { status, headers, body: parsed(body) };
			const error = statusError({ ...info, isLink }, reply);
			assertEqual(error.name, 'NodeApiError', 'name');
			checkWords(error);
		},
		500,
	),

	property(
		'Replies: Retry-After is a time that can be waited for, or none',
		fc.record({
			header: fc.oneof(
				...[oddText(4), fc.stringMatching(/^\d{1,400}(\.\d+)?$/), fc.date().map(String)],
				fc.constantFrom(
					'Infinity',
					'-5',
					'NaN',
					'1e400',
					'0',
					' 7 ',
					'Thu, 01 Jan 9999 00:00:00 GMT',
				),
			),
			date: fc.oneof(oddText(2), fc.constant('Thu, 26 Nov 2026 00:00:00 GMT')),
			body: fc.oneof(
				anyJson(['error', 'details', 'retry_after']),
				fc
					.oneof(fc.double({ noNaN: true }).map(JSON.stringify), fc.constantFrom('1e999', '1e308'))
					.map((seconds) => `{"error":{"details":{"retry_after":${seconds}}}}`),
			),
		}),
		({ header, date, body }) => {
			const ms = readRetryAfter({ 'retry-after': header, date }, parsed(body));
			const holds = ms === undefined || (Number.isFinite(ms) && ms >= 0 && isTime(Date.now() + ms));
			assertThat(holds, () => `a wait of ${ms} ms`);
		},
		500,
	),

	property(
		'Replies: a body is JSON, text, or too large, wherever it is cut',
		fc.record({
			body: fc.oneof(oddText(), anyJson()),
			piece: fc.constantFrom(1, 3, 4_096),
			isSuccess: fc.boolean(),
		}),
		async ({ body, piece, isSuccess }) => {
			const bytes = Buffer.from(body);
			const read = (size: number) => readBody(inPiecesOf(bytes, size), isSuccess);
			const whole = await outcomeOf(() => read(bytes.length + 1));
			const cut = await outcomeOf(() => read(piece));
			assertEqual(cut.error?.message, whole.error?.message, 'refusal');
			const [a, b] = [whole, cut].map((each) => (each.error ? '' : safely(each.result)));
			assertEqual(b, a, 'body');
		},
	),

	property(
		'Replies: times are times, or none, and never a throw',
		fc.oneof(
			oddText(5),
			fc
				.tuple(fc.constantFrom('2026-03-01', '2026-13-99'), oddText(3))
				.map(([day, rest]) => day + rest),
		),
		(text) => {
			const time = timeOf(text);
			assertThat(Number.isNaN(time) || isTime(time), () => `${text} became ${time}`);
		},
	),

	property(
		'Replies: reading an error takes steps in proportion to it, whatever it holds',
		fc.record({ pattern, isHtml: fc.boolean(), secret: fc.constantFrom('sk_5ec7e7', '"&<a') }),
		async ({ pattern, isHtml, secret }) => {
			await assertLinear(15_000, (size) => {
				const words = longText(pattern, size);
				const body = isHtml ? words : { errors: [{ message: words, loc: [words] }] };
				const error = statusError(
					{ ...info, secrets: [secret] },
					{ status: 500, headers: { 'retry-after': words, date: words }, body },
				);
				return [error, readErrors(body), timeOf(words)];
			});
		},
		8,
	),
];

/** What the editor shows of an error. */
export function checkWords(error: { message: string; description?: string | null }): void {
	const lines = [error.message, ...(error.description ?? '').split('\n')];
	for (const line of lines) {
		const isGood = !MARKUP.test(line) && !/\p{Cc}|\p{Bidi_Control}/u.test(line);
		assertThat(isGood, () => `a line with markup or control characters: ${JSON.stringify(line)}`);
		assertThat(line.length <= 2_100, () => `a line of ${line.length} characters`);
	}
	assertThat(lines.length <= 40, () => `${lines.length} lines`);
}

/** JSON as it arrives: anything invalid stays text. */
function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

const isTime = (time: number): boolean => !Number.isNaN(new Date(time).getTime());

function longer(): fc.Arbitrary<string> {
	return pattern.map((some) => longText(some, 20_000));
}

function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value) ?? '';
	} catch {
		return '[]';
	}
}

const safely = (value: unknown): string => (typeof value === 'string' ? value : jsonOf(value));
