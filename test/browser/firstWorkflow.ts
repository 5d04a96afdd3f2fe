import type { Editor } from './editor';

/** The nodes of the first workflow that a user builds, by the names that n8n gives them. */
export const FIRST_WORKFLOW = {
	trigger: 'Archetype AI Trigger',
	download: 'Download outputs',
	write: 'Read/Write Files from Disk',
};

/** On an empty canvas: a trigger for completed jobs. Its form is open then. */
export async function addTrigger({ canvas, creator, panel }: Editor): Promise<void> {
	await canvas.addFirst();
	await creator.add('Archetype AI', 'Triggers', 'On job completed');
	await panel.isOpen();
}

/** Behind it: the download of the job's outputs, with the ID dragged from the trigger's item. */
export async function addDownload({ canvas, creator, panel, locator }: Editor): Promise<void> {
	await canvas.addAfter(FIRST_WORKFLOW.trigger);
	await creator.add('Archetype AI', 'Actions', 'Download outputs');
	await panel.isOpen();
	const job = locator('jobId');
	await panel.map('id', job.input);
	await job.field.getByText('{{ $json.id }}').waitFor();
}

/** Behind that: each file written to a folder. */
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
