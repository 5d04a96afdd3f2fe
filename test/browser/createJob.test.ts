// A job built in the form: files, ports, labels and the pipeline by clicking, and JSON only for the
// list of columns. Then the trigger emits the job, and Read Rows its rows.
import { readExample } from '../../examples/workflows';
import { until } from '../../tools/n8n/until';
import { PUMP, PUMP_COLUMNS, PUMP_WINDOWS } from '../host/pump';
import { useServer } from '../host/server';
import { signIn } from './editor/account';
import { describeEachEditor, nextScene, useSeat } from './editors';

const NAME = 'pump-7-nightly';
const TRIGGER = 'Archetype AI Trigger';
const COLUMNS = 'reader_config.data_columns';
const END_TIMEOUT_MS = 30_000;

interface Job {
	id: string;
	name: string;
	status: string;
}

describeEachEditor((installation, packed) => {
	const server = useServer(installation, packed);
	const seat = useSeat(installation);

	const onlyJob = async (): Promise<Job | undefined> =>
		(await server.get<{ jobs: Job[] }>('/batch/jobs?limit=100')).jobs[0];

	describe('a job from the form', () => {
		nextScene(seat, 'create 01 the form, with files that were uploaded', async () => {
			server.sandbox.steer.options({ jobMs: 2_000 });
			await server.upload(Object.values(PUMP));
			await signIn(seat.editor.page, server.n8n.url, server.owner);
			const { canvas, creator, panel } = seat.editor;
			await canvas.openNew(server.n8n.url);
			await canvas.addFirst();
			await creator.add('Archetype AI', 'Actions', 'Create a job');
			await panel.isOpen();
		});

		nextScene(seat, 'create 02 the pipeline is chosen from the list', async () => {
			const { fields, locator } = seat.editor;
			const pipeline = locator('pipeline');
			await pipeline.open();
			await seat.pictures.take('create 02 the list of pipelines');
			await pipeline.take('Machine State Classification (newest version)');
			await fields.write('Job Name', NAME);
			await fields.field(COLUMNS).waitFor();
		});

		nextScene(seat, 'create 03 each file has its port and its label', async () => {
			const { fields, locator } = seat.editor;
			const entries = [
				['worker.inference (required)', PUMP.nightly.name],
				['worker.n_shots (required)', PUMP.healthy.name, 'healthy'],
				['worker.n_shots (required)', PUMP.worn.name, 'worn'],
			] as const;
			for (const [port, file, label] of entries) {
				await fields.addEntry('Add Input', 'Label');
				await fields.choose('Port Name or ID', port);
				const files = locator('file');
				await files.open();
				await files.take(file);
				if (label !== undefined) await fields.write('Label', label);
			}
		});

		nextScene(seat, 'create 04 the columns are the only JSON', async () => {
			await seat.editor.fields.writeJson(COLUMNS, PUMP_COLUMNS);
		});

		nextScene(seat, 'create 05 it is created', async () => {
			const { panel } = seat.editor;
			expect(await panel.execute()).toEqual({ items: 1 });
			const job = await onlyJob();
			expect(job?.name).toBe(NAME);
			expect(await panel.output.innerText()).toContain(job?.id);
		});

		nextScene(seat, 'create 06 the trigger gives it when it has ended', async () => {
			await until(END_TIMEOUT_MS, 'The job did not end', async () => {
				const job = await onlyJob();
				return job?.status === 'COMPLETED';
			});
			const { canvas, creator, panel } = seat.editor;
			await panel.close();
			await canvas.openNew(server.n8n.url);
			await canvas.addFirst();
			await creator.add('Archetype AI', 'Triggers', 'On job completed');
			await panel.isOpen();
			expect(await panel.execute()).toEqual({ items: 1 });
			expect(await panel.output.innerText()).toContain((await onlyJob())?.id);
		});

		nextScene(seat, 'create 07 Read Rows shows its rows', async () => {
			const { canvas, creator, locator, panel } = seat.editor;
			await panel.close();
			await canvas.addAfter(TRIGGER);
			await creator.add('Archetype AI', 'Actions', 'Read rows of outputs');
			await panel.isOpen();
			const job = locator('jobId');
			await panel.map('id', job.input);
			await job.field.getByText('{{ $json.id }}').waitFor();
			expect(await panel.execute()).toEqual({ items: PUMP_WINDOWS });
			expect(await panel.output.innerText()).toContain('worn');
		});

		nextScene(seat, 'create 08 the template of such a job keeps its parameters', async () => {
			const { canvas, fields, locator, panel } = seat.editor;
			await panel.close();
			const template = await readExample('start-job-of-days');
			const { id } = await server.client.createWorkflow(template, server.credential);
			await canvas.openSaved(server.n8n.url, id);
			await canvas.open('Start Job');
			await panel.isOpen();
			await fields.field(COLUMNS).getByText('"level"').waitFor();
			await locator('file').shows(new RegExp(PUMP.worn.name));
			expect(await fields.red()).toEqual([]);
			await fields.scrollToEnd();
		});
	});
});
