import { useServer } from '../host/server';
import { signIn } from './editor/account';
import { describeEachEditor, scene, useSeat } from './editors';

const JOBS = 120;
/** The page size of the job list. */
const PAGE = 50;
const DOWN = { kind: 'status', status: 503, times: null } as const;
const IS_DOWN = 'The service failed to answer (HTTP 503). Try again later';

describeEachEditor((installation, packed) => {
	const server = useServer(installation, packed);
	const seat = useSeat(installation);

	beforeAll(async () => {
		server.sandbox.steer.seed({ name: 'fan-3', count: JOBS, status: 'COMPLETED' });
		server.sandbox.steer.seed({ name: 'pump-7-nightly', inputs: 2, outputs: 2 });
		await signIn(seat.editor.page, server.n8n.url, server.owner);
	});

	afterEach(() => server.sandbox.steer.reset({ only: ['faults'] }));

	async function openOutputs(): Promise<void> {
		const { canvas, creator, panel } = seat.editor;
		await canvas.openNew(server.n8n.url);
		await canvas.addFirst();
		await creator.add('Archetype AI', 'Actions', 'Get many outputs');
		await panel.isOpen();
	}

	scene(seat, 'the list of jobs goes on where it ends', async () => {
		await openOutputs();
		const job = seat.editor.locator('jobId');
		await job.open();
		expect(await job.entries()).toHaveLength(PAGE);
		await job.scrollPast(PAGE);
		expect(new Set(await job.entries()).size).toBeGreaterThan(PAGE);
	});

	scene(seat, 'the list of jobs is searched', async () => {
		const job = seat.editor.locator('jobId');
		await job.search('pump-7');
		await job.take('pump-7-nightly');
		await job.shows(/^pump-7-nightly/);
	});

	scene(seat, 'the list of jobs says that the service is down', async () => {
		await openOutputs();
		server.sandbox.steer.faults(DOWN);
		const job = seat.editor.locator('jobId');
		await job.open();
		await job.says(IS_DOWN);
	});

	scene(seat, 'the list of ports says that the service is down', async () => {
		await openOutputs();
		const { fields, locator } = seat.editor;
		const job = locator('jobId');
		await job.open();
		await job.take('fan-3');
		server.sandbox.steer.faults(DOWN);
		await fields.add('Filters', 'Add Filter', 'Port Name or ID');
		// n8n words a dropdown's error itself, and shows ours as "[object Object]".
		const words = 'There was a problem loading the parameter options';
		await fields.says('Port Name or ID', words);
	});

	scene(seat, 'a step that asks for a job that is not there says what to do', async () => {
		await openOutputs();
		const { locator, panel } = seat.editor;
		await locator('jobId').typeId('job_00000000000000000000000000');
		const { error } = await panel.execute();
		expect(error?.message).toContain('job_00000000000000000000000000 was not found');
		expect(error?.advice).toContain('Check the ID, and that it belongs to the organization');
	});

	scene(seat, 'a step says that the service is down, and what to do', async () => {
		await openOutputs();
		const { locator, panel } = seat.editor;
		await locator('jobId').typeId('job_00000000000000000000000000');
		server.sandbox.steer.faults(DOWN);
		const { error } = await panel.execute();
		expect(error?.message).toContain(IS_DOWN);
		expect(error?.advice).toContain('contact Archetype AI support');
		expect(error?.advice).toMatch(/Error ID: err-[\w-]+/);
	});
});
