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

test('a workflow with an operation that this version lacks gets an error that says so', async () => {
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
