import { runAlone } from '../../engine/harness';
import { addHttpRequestNode } from '../httpRequestNode';
import type { Client } from './client';
import { listOutputs } from './list';
import { sizeOf } from './sizeOf';

/**
 * n8n's HTTP Request node in n8n's engine, with its defaults: it gets the links, one per item, and
 * starts them all at once. `installation`: folder of the n8n that it comes from.
 */
export async function httpRequestNode(installation: string): Promise<Client> {
	const node = await addHttpRequestNode(installation);
	let links: string[] = [];
	return {
		async prepare(job) {
			links = (await listOutputs(job)).map(({ data }) => data.ref);
		},
		async fetch() {
			const options = { response: { response: { responseFormat: 'file' } } };
			const { items, error } = await runAlone(
				{ name: 'HTTP Request', ...node, parameters: { url: '={{ $json.url }}', options } },
				{ items: links.map((url, item) => ({ json: { url }, pairedItem: { item } })) },
			);
			if (error) throw error;
			return sizeOf(items);
		},
	};
}
