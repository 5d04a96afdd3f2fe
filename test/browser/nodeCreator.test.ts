import { useServer } from '../host/server';
import { operationForms, triggerActions } from './described';
import { signIn } from './editor/account';
import { describeEachEditor, scene, useSeat } from './editors';

const ENTRY = 'Archetype AI';

describeEachEditor((installation, packed) => {
	const server = useServer(installation, packed);
	const seat = useSeat(installation);

	beforeAll(async () => {
		await signIn(seat.editor.page, server.n8n.url, server.owner);
	});

	scene(seat, 'search finds the one entry first', async () => {
		const { canvas, creator } = seat.editor;
		await canvas.openNew(server.n8n.url);
		await canvas.addFirst();
		for (const text of ['archetype', 'newton', 'sensor', 'batch job', 'time series']) {
			const found = await creator.search(text);
			expect(found[0]).toBe(ENTRY);
			expect(found.filter((name) => name.startsWith(ENTRY))).toEqual([ENTRY]);
			await seat.pictures.take(`search for ${text}`);
		}
	});

	scene(seat, 'its trigger events are behind it', async () => {
		const { creator } = seat.editor;
		await creator.choose(ENTRY);
		expect(await creator.list('Triggers', 'On job completed')).toEqual(triggerActions);
	});

	scene(seat, 'its actions are behind it', async () => {
		const actions = operationForms.map(({ action }) => action);
		expect((await seat.editor.creator.list('Actions', 'Get a job')).sort()).toEqual(actions.sort());
	});

	scene(seat, 'an AI agent finds it as a tool', async () => {
		const { canvas, creator, panel } = seat.editor;
		await canvas.openNew(server.n8n.url);
		await canvas.addFirst();
		await creator.search('AI Agent');
		await creator.choose('AI Agent');
		await panel.isOpen();
		await canvas.addTool();
		const found = await creator.search('archetype');
		expect(found).toEqual([`${ENTRY} Tool`]);
		await seat.pictures.take('search for a tool');
		await creator.choose(`${ENTRY} Tool`);
		await panel.parameters.getByText('Tool Description').waitFor();
	});
});
