// A process that runs a single client.
import { userFolder } from '../../engine/harness/userFolder';
import { measure } from '../measure';
import { answerQuestions } from '../worker';
import type { Client } from './client';
import type { ClientName, Fetch } from './index';

const clients: Record<ClientName, (installation: string) => Promise<Client>> = {
	ours: async () => (await import('./ours')).ours,
	combined: async () => (await import('./ours')).combined,
	hostHelper: async () => (await import('./hostHelper')).hostHelper(),
	httpRequestNode: async (folder) => (await import('./httpRequestNode')).httpRequestNode(folder),
	sequential: async () => (await import('./sequential')).sequential,
	undici: async () => (await import('./undici')).undici,
};

const [name = '', installation = ''] = process.argv.slice(2);
const loaded = clients[name as ClientName](installation);

answerQuestions(async ({ job, hash }: Fetch) => {
	const client = await loaded;
	await client.prepare?.(job);
	const { result, cost } = await measure(() => client.fetch(job));
	const sha256 = hash ? await result.sha256?.() : undefined;
	return { ...cost, files: result.files, bytes: result.bytes, sha256 };
}, userFolder);
