import { NodeConnectionTypes } from 'n8n-workflow';
import { ACTION, runNode, runWorkflow, useSandbox } from './harness';

const service = useSandbox();

/** The job of each input item: `{ id }` on the item. */
const parameters = {
	resource: 'job',
	operation: 'get',
	jobId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
};

const itemsOf = (ids: string[]) => ids.map((id) => ({ json: { id } }));

test('each input item gives its own output, linked to it', async () => {
	const { ids } = service.steer.seed({ count: 3 });
	const { items } = await runNode(parameters, {
		items: itemsOf(ids),
		credential: service.credential,
	});
	expect(items.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual(
		ids.map((id, item) => [id, { item }]),
	);
});

test('the items of a list are all linked to the item that asked for it', async () => {
	const { ids } = service.steer.seed({ count: 2, inputs: 3, shots: 0 });
	const { items } = await runNode(
		{ ...parameters, resource: 'input', operation: 'getMany' },
		{ items: itemsOf(ids), credential: service.credential },
	);
	expect(items.map(({ json, pairedItem }) => [json.job_id, pairedItem])).toEqual(
		[0, 0, 0, 1, 1, 1].map((item) => [ids[item], { item }]),
	);
});

test('an error names the item and stops the workflow', async () => {
	const { ids } = service.steer.seed({ count: 2 });
	const run = await runNode(parameters, {
		items: itemsOf([ids[0]!, 'job_missing', ids[1]!]),
		credential: service.credential,
	});
	expect(run.status).toBe('error');
	expect(run.items).toEqual([]);
	expect(run.error).toMatchObject({
		message: 'Job job_missing was not found',
		context: { itemIndex: 1 },
	});
});

test('with On Error: Continue, an item that failed says why and the others go on', async () => {
	const { ids } = service.steer.seed({ count: 2 });
	const run = await runNode(parameters, {
		items: itemsOf([ids[0]!, 'job_missing', '', ids[1]!]),
		credential: service.credential,
		settings: { onError: 'continueRegularOutput' },
	});
	expect(run.error).toBeUndefined();
	expect(run.items).toMatchObject([
		{ json: { id: ids[0] }, pairedItem: { item: 0 } },
		{ json: { error: 'Job job_missing was not found' }, pairedItem: { item: 1 } },
		{ json: { error: 'No job was chosen' }, pairedItem: { item: 2 } },
		{ json: { id: ids[1] }, pairedItem: { item: 3 } },
	]);
});

test('with On Error: Continue (using error output), failed items leave by the second output', async () => {
	const [id = ''] = service.steer.seed().ids;
	const name = 'Archetype AI';
	const run = await runWorkflow({
		nodes: [{ name, type: ACTION, parameters, onError: 'continueErrorOutput' }],
		connections: {
			Start: { main: [[{ node: name, type: NodeConnectionTypes.Main, index: 0 }]] },
		},
		items: itemsOf([id, 'job_missing']),
		credential: service.credential,
	});
	expect(run.error).toBeUndefined();
	expect(run.items(name)).toMatchObject([{ json: { id } }]);
	expect(run.items(name, 1)).toMatchObject([
		{ json: { error: 'Job job_missing was not found' }, pairedItem: { item: 1 } },
	]);
});

test('a workflow with an operation this version does not know is told so', async () => {
	const { error } = await runNode(
		{ ...parameters, operation: 'teleport' },
		{ credential: service.credential },
	);
	expect(error?.message).toBe('This version of the node has no operation "teleport" for "job"');
});

test('without a credential nothing is sent', async () => {
	const { error } = await runNode(parameters, { items: itemsOf(['job_1']) });
	expect(error?.message).toBe('Node does not have any credentials set');
	expect(service.steer.requests()).toEqual([]);
});
