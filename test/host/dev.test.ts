// `npm run dev`, on a copy of the sources.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startDev, type Dev } from '../../tools/dev/dev';
import { until } from '../../tools/n8n/until';
import { describeEachHost } from './hosts';

const START_TIMEOUT_MS = 240_000;
const RELOAD_TIMEOUT_MS = 50_000;
const root = join(__dirname, '..', '..');
const copied = ['nodes', 'credentials', 'package.json', 'tsconfig.json', 'gulpfile.js'];

describeEachHost(() => {
	let folder: string;
	let dev: Dev | undefined;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'dev-test-'));
		for (const name of copied) {
			await cp(join(root, name), join(folder, name), { recursive: true });
		}
		await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
		dev = await startDev(folder, join(folder, '.dev'), () => {});
	}, START_TIMEOUT_MS);

	afterAll(async () => {
		await dev?.stop();
		await rm(folder, { recursive: true, force: true });
	}, START_TIMEOUT_MS);

	/** Undefined while n8n rewrites its list, which it then serves truncated. */
	const descriptionOf = async (name: string) => {
		const types = await dev!.client.nodeTypes().catch(() => []);
		return types.find((type) => type.name === name)?.description;
	};

	test('a changed description is in the editor without a restart', async () => {
		const file = join(folder, 'nodes/ArchetypeAi/ArchetypeAiTrigger.node.ts');
		const type = 'n8n-nodes-archetypeai.archetypeAiTrigger';
		const before = await descriptionOf(type);
		expect(before).toMatch(/^Starts the workflow/);

		const source = await readFile(file, 'utf8');
		await writeFile(file, source.replaceAll('Starts the workflow', 'Begins the workflow'));

		await until(RELOAD_TIMEOUT_MS, 'The change did not arrive', async () => {
			return (await descriptionOf(type)) === before?.replace('Starts', 'Begins');
		});
	});
}, '2.x');
