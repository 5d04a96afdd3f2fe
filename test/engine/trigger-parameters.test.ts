import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { pollTrigger, useSandbox } from './harness';

const service = useSandbox();

/** Two polls of a trigger: what the second one finds after a job completed in between. */
async function eventsOf(parameters: INodeParameters, watched?: string) {
	const id = watched ?? service.steer.seed({ status: 'RUNNING' }).ids[0]!;
	const options = { credential: service.credential };
	const { staticData } = await pollTrigger(parameters, options);
	service.steer.setJobStatus(id, { status: 'COMPLETED' });
	const { items } = await pollTrigger(parameters, { ...options, staticData });
	return (items ?? []).map(({ json }) => [json.event, json.id === id]);
}

const ended = [['job.completed', true]];

describe('T12: Events by expression', () => {
	test.each([
		"={{ 'completed' }}",
		"={{ 'completed,failed' }}",
		"={{ 'COMPLETED, Failed' }}",
		"={{ ['Completed'] }}",
		'={{ \'["Completed"]\' }}',
		"={{ 'Job Completed' }}",
		"={{ ['job.completed'] }}",
	])('%s works', async (events) => {
		expect(await eventsOf({ events })).toEqual(ended);
	});

	test.each([
		["={{ 'done' }}", '"Events" cannot be "done"'],
		["={{ ['completed', 'done'] }}", '"Events" cannot be "done"'],
		['={{ 5 }}', '"Events" cannot be "5"'],
		['={{ ({ a: 1 }) }}', '"Events" cannot be {"a":1}'],
		['={{ undefined }}', '"Events" has no value: its expression gives nothing'],
		['={{ [] }}', 'No event was chosen'],
		['={{ "" }}', 'No event was chosen'],
	])('%s is refused when the workflow is published', async (events, message) => {
		const poll = pollTrigger({ events }, { credential: service.credential });
		await expect(poll).rejects.toMatchObject({ message });
		expect(service.steer.requests()).toEqual([]);
	});
});

describe('T13: the job to watch', () => {
	test.each<[string, (id: string) => unknown]>([
		['by ID', (value) => ({ __rl: true, mode: 'id', value })],
		['from the list', (value) => ({ __rl: true, mode: 'list', value })],
		['as plain text', (value) => ` ${value} `],
		['as an object without a mode', (value) => ({ value })],
		['by an expression', (value) => `={{ '${value}' }}`],
	])('%s: this one and no other', async (_, job) => {
		const [id = ''] = service.steer.seed({ status: 'RUNNING' }).ids;
		const parameters = { watch: 'job', job: job(id) } as INodeParameters;
		expect(await eventsOf(parameters)).toEqual([]);
		expect(await eventsOf(parameters, id)).toEqual(ended);
	});

	test.each<[string, unknown]>([
		['null', null],
		['an empty text', ''],
		['an object without a value', {}],
		['an expression that gives nothing', '={{ undefined }}'],
		['blanks', { __rl: true, mode: 'id', value: ' ' }],
	])('%s is an error, and not any job', async (_, job) => {
		const parameters = { watch: 'job', job } as INodeParameters;
		const poll = pollTrigger(parameters, { credential: service.credential });
		await expect(poll).rejects.toThrow(/^No job was chosen|^"Job" (has no value|cannot be)/);
	});
});

test('Watch and Pipeline Type by expression; a filter that is left without a value is an error', async () => {
	expect(await eventsOf({ watch: "={{ 'Any Job' }}" })).toEqual(ended);
	expect(await eventsOf({ filters: { pipelineType: "={{ 'Batch' }}" } })).toEqual(ended);
	expect(await eventsOf({ filters: { pipelineKey: '={{ "" }}' } })).toEqual(ended);
	const filters = { pipelineKey: '={{ undefined }}' };
	const poll = pollTrigger({ filters }, { credential: service.credential });
	await expect(poll).rejects.toThrow('"Pipeline Key" has no value');
});

test('an item begins with event, event_id and outcome; the job follows', async () => {
	const options = { credential: service.credential };
	const { staticData } = await pollTrigger({}, options);
	const fields = async (simplify: boolean, state: IDataObject) => {
		const { items } = await pollTrigger({ simplify }, { ...options, staticData: state });
		return items?.[0]?.json ?? {};
	};
	service.steer.seed({ status: 'COMPLETED', inputs: 3, failedInputs: 1 });
	for (const simplify of [true, false]) {
		const item = await fields(simplify, staticData);
		expect(Object.keys(item).slice(0, 4)).toEqual(['event', 'event_id', 'outcome', 'id']);
		expect(item).toMatchObject({
			event: 'job.completed',
			outcome: 'partly_failed',
			ended_at: expect.stringContaining('T') as string,
			previous_status: null,
		});
	}
});
