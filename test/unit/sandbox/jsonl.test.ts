import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { get, submit, withFiles } from './machines';
import { call, outputsOf, upload } from './support';

/** Uploads in parts, the only way for JSONL, with any file type. */
async function uploadInParts(sandbox: Sandbox, name: string, text: string, file_type: string) {
	const body = Buffer.from(text);
	const send = <Body>(path: string, json: object) =>
		call<Body>(sandbox, `/files/uploads/${path}`, { method: 'POST', json });
	const asked = { filename: name, file_type, num_bytes: body.length };
	const initiated = await send<{ upload_id: string; parts: Array<{ url: string }> }>(
		'initiate',
		asked,
	);
	const put = await fetch(initiated.body.parts[0]!.url, { method: 'PUT', body });
	const part_token = put.headers.get('etag');
	await send(`${initiated.body.upload_id}/complete`, { parts: [{ part_number: 1, part_token }] });
}

/** Runs activity-detection on a text. Returns the ended job and the content of its one output. */
async function detect(text: string, type = 'application/x-ndjson', options: SandboxOptions = {}) {
	const sandbox = await withFiles({}, options);
	await uploadInParts(sandbox, 'asks.jsonl', text, type);
	const { id } = (
		await submit(sandbox, [], {
			pipeline_key: 'activity-detection',
			inputs: { 'worker.data': [{ file_id: 'asks.jsonl' }] },
			parameters: {},
		})
	).body;
	await sandbox.steer.clock({ advance: 13_000 });
	const [output] = await outputsOf(sandbox, id);
	const answers = output ? (await (await fetch(output.data.ref)).text()).trim().split('\n') : [];
	const lines = answers.map(
		(line) => JSON.parse(line) as { prediction: string | null; error?: string },
	);
	return { sandbox, job: await get(sandbox, id), output, lines };
}

const ask = '{"prompt":"What happens?"}';
const said = lines(['No model ran: this is the sandbox.', 'parse error']);

function lines([good, bad]: string[]) {
	return {
		good: (line_index: number) => ({ line_index, prediction: good }),
		bad: (line_index: number) => ({ line_index, prediction: null, error: bad }),
	};
}

test('activity detection answers each line, and says that no model ran', async () => {
	const text = `${ask}\nnot json\n{"inputs":[{"type":"text","data":"x"}]}\n`;
	const { output, lines: answers, job } = await detect(text);
	expect(output).toMatchObject({
		port_name: 'worker.result',
		data: { filename: 'pred_asks_part_0.jsonl', file_type: 'application/x-ndjson' },
	});
	const error = 'validation errors for InferenceRecord: inputs.0.format Required';
	expect(answers).toEqual([said.good(0), said.bad(1), { line_index: 2, prediction: null, error }]);
	expect(job.input_progress).toMatchObject({ completed: 1, failed: 0 });
});

describe('X7: a blank line of a JSONL', () => {
	test.each([
		['in the middle', `${ask}\n\n${ask}\n`, [said.good(0), said.bad(1), said.good(2)]],
		['at the start', `\n${ask}\n`, [said.bad(0), said.good(1)]],
		['at the end', `${ask}\n\n`, [said.good(0), said.bad(1)]],
		['of blanks', `${ask}\n  \t\n${ask}`, [said.good(0), said.bad(1), said.good(2)]],
		[
			'with a carriage return',
			`${ask}\r\n\r\n${ask}\r\n`,
			[said.good(0), said.bad(1), said.good(2)],
		],
		['that is all there is', '\n', [said.bad(0)]],
	])('%s is a record that does not parse', async (_, text, expected) => {
		expect((await detect(text)).lines).toEqual(expected);
	});

	test('is passed over where that is chosen', async () => {
		const { lines: answers } = await detect(`${ask}\n\n \n${ask}\n`, undefined, {
			blankLines: 'skipped',
		});
		expect(answers).toEqual([said.good(0), said.good(1)]);
	});

	test('shows in the counts of progress and events, and does not fail the input', async () => {
		const { sandbox, job } = await detect(`${ask}\n\n`);
		expect(job.input_progress).toMatchObject({ completed: 1, failed: 0 });
		const { body } = await call<{ events: Array<{ message: string }> }>(
			sandbox,
			`/batch/jobs/${job.id}/events?event_type=inference.completed`,
		);
		expect(body.events[0]!.message).toBe('Processed 2 items (1 success, 1 failed) from asks.jsonl');
	});

	test('the end of the last line is none, nor is a separator within a text', async () => {
		const separated = JSON.stringify({ prompt: 'a\u2028b\u2029c' });
		expect((await detect(`${separated}\n`)).lines).toEqual([said.good(0)]);
		expect((await detect(separated)).lines).toEqual([said.good(0)]);
	});
});

describe('X7: a JSONL uploaded as', () => {
	test.each(['text/csv', 'text/plain'])('%s fails as an input, the job does not', async (type) => {
		const { job, output, sandbox } = await detect(`${ask}\n`, type);
		expect([job.status, output]).toEqual(['COMPLETED', undefined]);
		expect(job.input_progress).toMatchObject({ completed: 0, failed: 1 });
		const { body } = await call<{ inputs: Array<{ error_message: string }> }>(
			sandbox,
			`/batch/jobs/${job.id}/inputs`,
		);
		expect(body.inputs[0]!.error_message).toBe('Processing failed for asks.jsonl');
	});

	test.each(['text/csv', 'text/plain'])('%s is read where that is chosen', async (type) => {
		const { lines: answers } = await detect(`${ask}\n`, type, { jsonlTypes: 'any' });
		expect(answers).toEqual([said.good(0)]);
	});

	test.each(['application/x-ndjson', 'application/json'])('%s is read', async (type) => {
		expect((await detect(`${ask}\n`, type)).lines).toEqual([said.good(0)]);
	});

	test('a CSV that is read as JSONL is answered with a parse error for each line', async () => {
		const options = { jsonlTypes: 'any' } as const;
		const { lines: answers } = await detect('a,b\n1,2\n', 'text/csv', options);
		expect(answers).toEqual([said.bad(0), said.bad(1)]);
	});
});

test('the simple upload refuses the type of JSONL in the words of the service', async () => {
	const sandbox = await withFiles({});
	const { status, body } = await upload(sandbox, 'a.jsonl', ask, 'application/x-ndjson');
	expect(status).toBe(400);
	expect(body).toMatchObject({
		errors: [
			{
				code: 'invalid_file_type',
				message: 'Unsupported file type: application/x-ndjson',
				suggestion: expect.stringContaining('application/x-ndjson') as string,
			},
		],
	});
});
