// Job: Create for pipelines with several components. None is published yet; the service's docs
// describe them. Ports are `<component>.<port>`; parameters are given per component.
import { credentialFor } from './harness/engine';
import { runNode } from './harness';
import { mappedFields } from './harness/methods';
import { useServer } from './harness/useServer';

const labelled = { mode: 'n_shot_file_list', required: true };
const pipeline = {
	...{ id: 'ppl_two', pipeline_key: 'filter-and-classify', pipeline_version: '2.0.0' },
	...{ name: 'Filter and Classify', pipeline_type: 'batch', status: 'published' },
	components: { filter: 'cmp_1', classifier: 'cmp_2' },
	inputs: {
		'filter.readings': { mode: 'plain_file_list', required: true },
		'classifier.examples': labelled,
	},
	outputs: { 'classifier.results': {} },
	user_config_schema: { type: 'object', properties: { level: { type: 'integer' } } },
};

let posted: Array<{ inputs: object; parameters: object }> = [];
const service = useServer((request, response) => {
	response.setHeader('content-type', 'application/json');
	if (request.method === 'POST') {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			posted.push(JSON.parse(body) as (typeof posted)[number]);
			const created_at = new Date().toISOString();
			response.end(
				JSON.stringify({ ...pipeline, id: 'job_two', name: 'two', status: 'PENDING', created_at }),
			);
		});
		return;
	}
	response.end(JSON.stringify({ total: 1, offset: 0, limit: 100, pipelines: [pipeline] }));
});
beforeEach(() => (posted = []));

const credential = () => credentialFor({ url: new URL(service.url).origin, apiKey: 'sk_test' });
const locator = (value: string, mode = 'id') => ({ __rl: true, mode, value });
const inputs = [
	{ port: 'filter.readings', file: locator('pump.csv') },
	{ port: 'classifier.examples', file: locator('ok.csv'), label: 'ok' },
];
const create = (change: object = {}) =>
	runNode(
		{
			...{ resource: 'job', operation: 'create', name: 'two' },
			pipeline: locator('filter-and-classify', 'key'),
			inputs: { entries: inputs },
			options: { duplicateGuard: 0 },
			...change,
		},
		{ credential: credential() },
	);

test('inputs go to the ports of each, parameters to each component', async () => {
	const parameters = { filter: { config: { low: 1 } }, classifier: { parallelism: 2 } };
	const { error, items } = await create({ parametersJson: JSON.stringify(parameters) });
	expect(error).toBeUndefined();
	expect(items).toMatchObject([{ json: { id: 'job_two', created: true } }]);
	expect(posted).toMatchObject([
		{
			inputs: {
				'filter.readings': [{ file_id: 'pump.csv' }],
				'classifier.examples': [{ file_id: 'ok.csv', metadata: { class: 'ok' } }],
			},
			parameters,
		},
	]);
});

test.each([
	[
		'a port without its component',
		{ inputs: { entries: [{ ...inputs[0], port: 'readings' }, inputs[1]] } },
		/has the port "readings", but the pipeline has: filter\.readings, classifier\.examples/,
	],
	[
		'a label that is missing',
		{ inputs: { entries: [inputs[0], { ...inputs[1], label: '' }] } },
		/has no label, which the port classifier\.examples needs/,
	],
	[
		'a component that it does not have',
		{ parametersJson: '{"worker": {}}' },
		/has "worker", but the pipeline has: filter, classifier/,
	],
	[
		'a second component with a parallelism of text',
		{ parametersJson: '{"classifier": {"parallelism": "two"}}' },
		/"classifier\.parallelism" must be a whole number/,
	],
	[
		'a component that is no object',
		{ parametersJson: '{"filter": 5}' },
		/"filter" must be an object/,
	],
	[
		'a form, which cannot say for which it is',
		{ settings: { mappingMode: 'defineBelow', value: { level: 3 } } },
		/"Parameters" cannot be used with a pipeline of several components\. Give "Parameters \(JSON\)"/,
	],
])('%s is named, and nothing is sent', async (_, change, expected) => {
	const { error } = await create(change);
	expect(`${error?.message}\n${error?.description}`).toMatch(expected);
	expect(posted).toEqual([]);
});

test('its form asks for JSON, and names the components', async () => {
	const pipeline = locator('filter-and-classify', 'key');
	const parameters = { resource: 'job', operation: 'create', pipeline };
	const form = await mappedFields('getPipelineSettings', { parameters, credential: credential() });
	expect(form).toEqual({
		fields: [],
		emptyFieldsNotice: expect.stringContaining('JSON below: filter, classifier.') as string,
	});
});
