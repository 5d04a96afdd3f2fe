import { readdir } from 'node:fs/promises';

import getPort from 'get-port';

import { until } from '../../tools/n8n/until';
import { useEmptyServer } from '../host/server';
import { openSetUp, setUp } from './editor/account';
import { describeEachEditor, nextScene, useSeat } from './editors';
import { addDownload, addTrigger, addWriteFiles, FIRST_WORKFLOW } from './firstWorkflow';

const OWNER = { email: 'ada@example.com', password: 'Sensor-2026' };
const OUTPUTS = 4;
/** n8n polls once a minute. */
const EXECUTION_TIMEOUT_MS = 130_000;

describeEachEditor((installation, packed) => {
	const server = useEmptyServer(installation, packed);
	const seat = useSeat(installation);

	const seedJob = (status: 'COMPLETED' | 'RUNNING'): string => {
		const request = { name: 'pump-7-nightly', inputs: 3, outputs: OUTPUTS, outputBytes: 5_000 };
		return server.sandbox.steer.seed({ ...request, status }).ids[0]!;
	};
	const written = async (): Promise<string[]> => (await readdir(server.files)).sort();
	const namesOfOutputs = async (jobId: string): Promise<string[]> => {
		const path = `/batch/jobs/${jobId}/outputs?limit=100`;
		type Reply = { outputs: Array<{ id: string; data: { filename: string } }> };
		const { outputs } = await server.get<Reply>(path);
		return outputs.map(({ id, data }) => `${id}_${data.filename}`).sort();
	};

	describe('the first workflow', () => {
		let sample: string;

		nextScene(seat, '01 a new n8n asks for its owner', async () => {
			const { page } = seat.editor;
			await openSetUp(page, server.n8n.url);
			await seat.pictures.take('01 owner');
			await setUp(page, OWNER);
			await server.client.login(OWNER);
		});

		nextScene(seat, '02 the trigger is added to an empty canvas', async () => {
			await seat.editor.canvas.openNew(server.n8n.url);
			await addTrigger(seat.editor);
			expect(await seat.editor.fields.field('Events').innerText()).toContain('Job Completed');
		});

		nextScene(seat, '03 the credential asks for a key', async () => {
			const { credential } = seat.editor;
			await credential.create();
			expect(await credential.labels()).toEqual(
				expect.arrayContaining(['API Key *', 'Base URL', 'Allow Insecure HTTP']),
			);
		});

		nextScene(seat, '04 a wrong key is said to be wrong, and what to do', async () => {
			const { credential } = seat.editor;
			await credential.fill('API Key', 'sk_wrong');
			await credential.fill('Base URL', server.sandbox.url);
			await credential.save();
			await credential.says('The API key was not accepted. Check the API Key of the credential.');
		});

		nextScene(seat, '05 a wrong address is said to be wrong, and what to do', async () => {
			const { credential } = seat.editor;
			const host = `127.0.0.1:${await getPort()}`;
			await credential.fill('Base URL', `http://${host}`);
			await credential.save();
			await credential.says(`Nothing answers at ${host}. Check the Base URL of the credential`);
		});

		nextScene(seat, '06 the right key passes', async () => {
			const { credential, page } = seat.editor;
			await credential.fill('API Key', server.sandbox.apiKey);
			await credential.fill('Base URL', server.sandbox.url);
			await credential.save();
			await credential.succeeds();
			const chosen = page.getByTestId('node-credentials-select');
			await until(5_000, 'The credential was not chosen', async () => {
				const text = await chosen.locator('input').first().inputValue();
				return text === 'Archetype AI account';
			});
		});

		nextScene(seat, '07 Fetch Test Event gives a job', async () => {
			sample = seedJob('COMPLETED');
			const { panel } = seat.editor;
			expect(await panel.execute()).toEqual({ items: 1 });
			expect(await panel.output.innerText()).toContain(sample);
		});

		nextScene(seat, '08 Download gets its outputs', async () => {
			const { panel } = seat.editor;
			await panel.close();
			await addDownload(seat.editor);
			await seat.pictures.take('08 the form of Download');
			expect(await panel.execute()).toEqual({ items: OUTPUTS });
		});

		nextScene(seat, '09 Write Files puts them on disk', async () => {
			const { panel } = seat.editor;
			await panel.close();
			await addWriteFiles(seat.editor, server.files);
			expect(await panel.execute()).toEqual({ items: OUTPUTS });
			expect(await written()).toEqual(await namesOfOutputs(sample));
		});

		nextScene(seat, '10 the workflow is built', async () => {
			const { canvas, panel } = seat.editor;
			await panel.close();
			await canvas.fit();
			for (const name of Object.values(FIRST_WORKFLOW)) await canvas.node(name).waitFor();
		});

		nextScene(seat, '11 it is published', async () => {
			const { publication } = seat.editor;
			await publication.begin();
			await seat.pictures.take('11 publish');
			await publication.finish();
		});

		nextScene(seat, '12 the next job that ends starts an execution by itself', async () => {
			const { executions, publication } = seat.editor;
			await publication.understood();
			const jobId = seedJob('RUNNING');
			server.sandbox.steer.setJobStatus(jobId, { status: 'COMPLETED' });
			const expected = [...(await written()), ...(await namesOfOutputs(jobId))].sort();

			await executions.open();
			const execution = await until(EXECUTION_TIMEOUT_MS, 'No execution came', async () => {
				const [latest] = await server.client.executions();
				return latest?.mode === 'trigger' && latest;
			});
			await executions.showSucceeded(execution.id);
			expect(await written()).toEqual(expected);
		});
	});
});
