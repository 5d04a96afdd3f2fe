import type { Editor } from './editor';

/** The nodes of a user's first workflow, by the names n8n gives them. */
export const FIRST_WORKFLOW = {
	trigger: 'Archetype AI Trigger',
	download: 'Download outputs',
	write: 'Read/Write Files from Disk',
};

/** On an empty canvas: a trigger for completed jobs, whose form is then open. */
export async function addTrigger({ canvas, creator, panel }: Editor): Promise<void> {
	await canvas.addFirst();
	await creator.add('Archetype AI', 'Triggers', 'On job completed');
	await panel.isOpen();
}

/** After it: downloads the job's outputs, with the ID dragged from the trigger's item. */
export async function addDownload({ canvas, creator, panel, locator }: Editor): Promise<void> {
	await canvas.addAfter(FIRST_WORKFLOW.trigger);
	await creator.add('Archetype AI', 'Actions', 'Download outputs');
	await panel.isOpen();
	const job = locator('jobId');
	await panel.map('id', job.input);
	await job.field.getByText('{{ $json.id }}').waitFor();
}

/** After that: writes each file to a folder. */
export async function addWriteFiles(
	{ canvas, creator, panel, fields }: Editor,
	folder: string,
): Promise<void> {
	await canvas.addAfter(FIRST_WORKFLOW.download);
	await creator.add('Read/Write Files from Disk', 'Actions', 'Write File to Disk');
	await panel.isOpen();
	const path = `${folder}/{{ $json.id }}_{{ $json.filename }}`;
	await fields.writeExpression('File Path and Name', path, `${folder}/out_`);
}
