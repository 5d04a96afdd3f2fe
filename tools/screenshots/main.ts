// `npm run screenshots`: retakes every picture in the docs, in a real n8n and in the sandbox, as a
// user sees them.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { startSandbox, type Sandbox } from '../../sandbox';
import { Editor } from '../../test/browser/editor';
import { openSetUp, setUp } from '../../test/browser/editor/account';
import { launchBrowser, newPage } from '../../test/browser/editor/browser';
import { Pictures } from '../../test/browser/editor/pictures';
import { addDownload, addTrigger, addWriteFiles } from '../../test/browser/firstWorkflow';
import { N8nClient } from '../n8n/client';
import { installN8n } from '../n8n/install';
import { packPackage } from '../n8n/pack';
import { startN8n, type N8nServer } from '../n8n/server';
import { until } from '../n8n/until';
import { showSandboxPage } from './sandboxPage';

const OWNER = { email: 'ada@example.com', password: 'Sensor-2026' };
const API_KEY = 'sk_sandbox';
/** n8n polls once a minute. */
const EXECUTION_TIMEOUT_MS = 150_000;
const HEIGHT = { width: 1280, height: 720 };

const folder = join(__dirname, '..', '..', 'docs', 'images');

/** What is started, and always shut down. */
interface Stage {
	sandbox: Sandbox;
	n8n: N8nServer;
	editor: Editor;
	/** Where the workflow writes its files. */
	files: string;
}

void main().then(() => process.exit(0));

async function main(): Promise<void> {
	const home = await mkdtemp(join(tmpdir(), 'screenshots-'));
	const files = join(home, 'results');
	await mkdir(files);
	const installation = await installN8n('2.x', console.log);
	const sandbox = await startSandbox({ apiKey: API_KEY });
	const n8n = await startN8n({
		installation,
		userFolder: home,
		packages: [await packPackage(home)],
		env: { N8N_RESTRICT_FILE_ACCESS_TO: files },
	});
	const browser = await launchBrowser();
	try {
		const page = await newPage(browser);
		await page.setViewportSize(HEIGHT);
		await takePictures({ sandbox, n8n, editor: new Editor(page), files });
	} finally {
		await browser.close();
		await n8n.stop();
		await sandbox.close();
		await rm(home, { recursive: true, force: true });
	}
}

/** Builds the README's first workflow by hand, with a picture of each step; then the sandbox. */
async function takePictures({ sandbox, n8n, editor, files }: Stage): Promise<void> {
	const { canvas, creator, credential, executions, page, panel, publication } = editor;
	const pictures = new Pictures(page, folder);
	const take = async (name: string) => {
		await pictures.take(name);
		console.log(`Took ${relative(process.cwd(), join(folder, `${name}.png`))}`);
	};
	await openSetUp(page, n8n.url);
	await setUp(page, OWNER);

	await canvas.openNew(n8n.url);
	await canvas.addFirst();
	await creator.search('archetype');
	await take('search');

	await canvas.openNew(n8n.url);
	await addTrigger(editor);
	await credential.create();
	await credential.fill('API Key', API_KEY);
	await take('credential');
	await credential.fill('Base URL', sandbox.url);
	await credential.save();
	await credential.succeeds();

	seedJob(sandbox, 'COMPLETED');
	await panel.execute();
	await editor.withoutMessages();
	await take('trigger');
	await panel.close();

	await addDownload(editor);
	await panel.execute();
	await editor.withoutMessages();
	await take('download');
	await panel.close();

	await addWriteFiles(editor, files);
	await panel.execute();
	await panel.close();
	await canvas.fit();
	await editor.withoutMessages();
	await take('workflow');

	await publication.begin();
	await take('publish');
	await publication.finish();
	await publication.understood();
	const jobId = seedJob(sandbox, 'RUNNING');
	sandbox.steer.setJobStatus(jobId, { status: 'COMPLETED' });
	const client = new N8nClient(n8n.url);
	await client.login(OWNER);
	const execution = await until(EXECUTION_TIMEOUT_MS, 'No execution came', async () => {
		const [latest] = await client.executions();
		return latest?.mode === 'trigger' && latest;
	});
	await executions.open();
	await executions.showSucceeded(execution.id);
	await take('execution');

	await showSandboxPage(page, take);
}

function seedJob(sandbox: Sandbox, status: 'COMPLETED' | 'RUNNING'): string {
	const request = { name: 'pump-7-nightly', inputs: 3, outputs: 4, outputBytes: 48_000 };
	return sandbox.steer.seed({ ...request, status }).ids[0]!;
}
