import {
	chosenVersion,
	choiceFrom,
	choiceText,
	newestFirst,
} from '../../../nodes/ArchetypeAi/api/pipelines/choice';
import {
	inputProblems,
	inputsBody,
	type InputEntry,
} from '../../../nodes/ArchetypeAi/api/pipelines/inputs';
import { isSameInputs, isSameParameters } from '../../../nodes/ArchetypeAi/api/sameJob';

const ports = {
	'worker.inference': { required: true, mode: 'plain_file_list' },
	'worker.n_shots': { required: true, mode: 'n_shot_file_list' },
	'worker.fine_tune_checkpoint': { required: false },
};

const entries = (...given: Array<[port: string, fileId: string, label?: string]>): InputEntry[] =>
	given.map(([port, fileId, label], index) => ({
		...{ port, fileId, label },
		place: `Inputs, entry ${index + 1}`,
	}));

const good = entries(
	['worker.inference', 'a.csv'],
	['worker.n_shots', 'on.csv', 'on'],
	['worker.n_shots', 'off.csv', 'off'],
);

describe('the inputs of a job', () => {
	test('that fit the ports are sent port by port, labels as the class', () => {
		expect(inputProblems(ports, good)).toEqual([]);
		expect(inputsBody([...good, ...entries(['worker.fine_tune_checkpoint', 'ckp_1'])])).toEqual({
			'worker.inference': [{ file_id: 'a.csv' }],
			'worker.n_shots': [
				{ file_id: 'on.csv', metadata: { class: 'on' } },
				{ file_id: 'off.csv', metadata: { class: 'off' } },
			],
			'worker.fine_tune_checkpoint': [{ kind: 'checkpoint', checkpoint_id: 'ckp_1', metadata: {} }],
		});
	});

	test.each<[string, InputEntry[], string, RegExp]>([
		[
			'a port that the pipeline needs has no file',
			good.slice(0, 1),
			'Inputs',
			/no file for the port worker\.n_shots/,
		],
		[
			'a port is unknown',
			entries(['inference', 'b.csv']),
			'Inputs, entry 1',
			/the port "inference", but the pipeline has: worker\.inference/,
		],
		['a port is empty', entries(['', 'b.csv']), 'Inputs, entry 1', /has no port/],
		['a file is empty', entries(['worker.inference', '']), 'Inputs, entry 1', /has no file/],
		[
			'a label is missing',
			entries(['worker.n_shots', 'b.csv']),
			'Inputs, entry 1',
			/has no label, which the port worker\.n_shots needs/,
		],
		[
			'a label is too much',
			entries(['worker.inference', 'b.csv', 'on']),
			'Inputs, entry 1',
			/takes files without label/,
		],
		[
			'a file is there twice',
			[...good, ...entries(['worker.inference', 'a.csv'])],
			'Inputs, entry 1',
			/the same file as Inputs, entry 1/,
		],
		[
			'a file has two labels',
			[...good, ...entries(['worker.n_shots', 'on.csv', 'x'])],
			'Inputs, entry 1',
			/another label/,
		],
		[
			'a file_uid is given',
			entries(['worker.inference', 'fil_18zrcb6m1c96ds77sgqbs7cf84']),
			'Inputs, entry 1',
			/file_uid/,
		],
	])('%s: named', (_, given, field, problem) => {
		expect(inputProblems(ports, given)).toContainEqual(
			expect.objectContaining({ field, problem: expect.stringMatching(problem) as string }),
		);
	});
});

describe('the version of a pipeline', () => {
	const row = (pipeline_version: string, created_at: string, status = 'published') => ({
		...{ id: `ppl_${pipeline_version}`, pipeline_key: 'k', pipeline_version, created_at, status },
	});
	const rows = [
		row('1.1.9', '2026-01-01T00:00:00Z'),
		row('1.1.10', '2026-01-01T00:00:00Z'),
		row('1.0.0-rev5', '2026-03-01T00:00:00Z', 'draft'),
		row('0.9', '2025-01-01T00:00:00Z'),
	];

	test('is kept as text with the key', () => {
		for (const text of ['k', 'k@1.1.1-409-e749ac0-rev5']) {
			expect(choiceText(choiceFrom(text))).toBe(text);
		}
		expect(choiceFrom('k@')).toEqual({ key: 'k', version: undefined });
	});

	test('left open is the newest published one; a draft is reached by its name', () => {
		expect(newestFirst(rows).map((each) => each.pipeline_version)).toEqual([
			...['1.0.0-rev5', '1.1.10', '1.1.9', '0.9'],
		]);
		expect(chosenVersion(rows, { key: 'k' })?.pipeline_version).toBe('1.1.10');
		expect(chosenVersion(rows, { key: 'k', version: '1.0.0-rev5' })?.status).toBe('draft');
		expect(chosenVersion(rows, { key: 'other' })).toBeUndefined();
	});
});

describe('whether a job is the one that is asked for', () => {
	const rows = good.map(({ port, fileId, label }) => ({
		...{ port_name: port, file_id: fileId },
		data: { metadata: label ? { class: label } : {} },
	}));

	test('the same inputs in any order are the same', () => {
		expect(isSameInputs(good, [...rows].reverse())).toBe(true);
	});

	const replaced = (at: number, row: object) =>
		rows.map((each, i) => (i === at ? { ...each, ...row } : each));

	test('another file, port, label or number of files is another job', () => {
		expect(isSameInputs(good, rows.slice(1))).toBe(false);
		expect(isSameInputs(good, [...rows, rows[0]!])).toBe(false);
		expect(isSameInputs(good, [rows[0]!, rows[0]!, rows[1]!])).toBe(false);
		expect(isSameInputs(good, replaced(0, { file_id: 'b.csv' }))).toBe(false);
		expect(isSameInputs(good, replaced(0, { port_name: 'x' }))).toBe(false);
		expect(isSameInputs(good, replaced(1, { data: { metadata: { class: 'x' } } }))).toBe(false);
	});

	test('a service that shows no labels tells nothing against it', () => {
		expect(
			isSameInputs(
				good,
				rows.map((row) => ({ ...row, data: null })),
			),
		).toBe(true);
	});

	test('parameters: those asked for are there, others may be filled in', () => {
		const asked = { worker: { config: { a: 1, list: [1] } } };
		expect(
			isSameParameters(asked, { worker: { parallelism: 1, config: { a: 1, list: [1], b: 2 } } }),
		).toBe(true);
		expect(isSameParameters(asked, { worker: { config: { a: 2, list: [1] } } })).toBe(false);
		expect(isSameParameters(asked, { worker: { config: { a: 1, list: [1, 2] } } })).toBe(false);
		expect(isSameParameters(asked, {})).toBe(true);
	});
});
