// Each template is what it claims to be, and n8n accepts it unchanged.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { NodeHelpers, type INode, type INodeTypeDescription } from 'n8n-workflow';

import type { WorkflowTemplate } from '../../tools/n8n/client';
import { EXAMPLES, readExample } from '../../examples/workflows';
import { describeEachHost } from './hosts';
import { useServer } from './server';

const STICKY = 'n8n-nodes-base.stickyNote';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** A node with its label and plus, and the rows of nodes below an agent. */
const NODE_BOX = { width: 96, height: 144 };
const AGENT_BOX = { width: 256, height: 144 };

const notesOf = ({ nodes }: WorkflowTemplate): string =>
	nodes
		.flatMap(({ type, parameters }) => (type === STICKY ? [parameters.content as string] : []))
		.join('\n');

/** Names in italics in the notes: those of nodes. */
const namesIn = (notes: string): string[] =>
	[...notes.matchAll(/(?<!\*)\*([A-Z][^*\n]+)\*(?!\*)/g)].map(([, name = '']) => name);

describe.each(EXAMPLES)('the template %s', (name) => {
	let template: WorkflowTemplate;
	beforeAll(async () => (template = await readExample(name)));

	test('holds nothing of the machine or the account it was made on', () => {
		const text = JSON.stringify(template);
		expect(template).toMatchObject({ pinData: {}, active: false, tags: [] });
		expect(text).not.toMatch(/\/(work|tmp|root|Users)\/|[A-Z]:\\\\|https?:\/\/(127|localhost)/);
		expect(text).not.toMatch(/sk[-_][a-z0-9]{8}|instanceId|versionId/i);
		for (const { credentials = {} } of template.nodes) {
			for (const [type, { id }] of Object.entries(credentials)) {
				expect(id).toBe(type === 'archetypeAiApi' ? 'archetypeAiAccount' : `${type}Account`);
			}
		}
	});

	test('has ids that stay and differ', () => {
		const ids = template.nodes.map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of ids) expect(id).toMatch(UUID);
	});

	test('says which nodes need a credential, and names no node that is not there', () => {
		const named = namesIn(notesOf(template));
		const withCredential = template.nodes.filter(({ credentials }) => credentials);
		expect(named).toEqual(expect.arrayContaining(withCredential.map((node) => node.name)));
		const names = template.nodes.map((node) => node.name);
		expect(names).toEqual(expect.arrayContaining(named));
	});

	test('lies tidily on the canvas', () => {
		const boxes = template.nodes.map(boxOf);
		for (const [index, a] of boxes.entries()) {
			for (const b of boxes.slice(index + 1)) {
				expect({ a: a.name, b: b.name, overlap: overlap(a, b) }).toMatchObject({ overlap: false });
			}
		}
	});

	test('is explained in docs/templates.md', () => {
		const docs = readFileSync(join(__dirname, '..', '..', 'docs', 'templates.md'), 'utf8');
		const words = docs.replace(/\s+/g, ' ');
		expect(words).toContain(`examples/workflows/${name}.json`);
		for (const { type, name: nodeName } of template.nodes) {
			const isNamed = !/stickyNote$/.test(type) && namesIn(notesOf(template)).includes(nodeName);
			if (isNamed) expect(words).toContain(nodeName);
		}
	});
});

describeEachHost((installation, packed) => {
	const server = useServer(installation, packed);
	let types: INodeTypeDescription[];
	beforeAll(async () => (types = await server.client.nodeTypes()));

	test.each(EXAMPLES)('%s is imported as it is', async (name) => {
		const template = await readExample(name);
		const { client, credential } = server;
		const { nodes } = await client.createWorkflow(template, credential);
		expect(nodes.map((node) => node.name)).toEqual(template.nodes.map((node) => node.name));
	});

	test.each(EXAMPLES)('%s has nodes, versions and parameters that this n8n knows', async (name) => {
		for (const node of (await readExample(name)).nodes) {
			const type = describedAs(node);
			const { properties } = type;
			const known = NodeHelpers.getNodeParameters(
				...([properties, node.parameters, true, false, node, type] as const),
			);
			// Notes and schedules belong to the host and are not node properties.
			const { pollTimes, ...parameters } = node.parameters;
			expect([node.name, known]).toEqual([node.name, expect.objectContaining(parameters)]);
			const issues = NodeHelpers.getNodeParametersIssues(properties, node, type);
			expect([node.name, issues]).toEqual([node.name, null]);
			expect([node.name, pollTimes]).toEqual([
				node.name,
				type.polling ? { item: [{ mode: 'everyMinute' }] } : undefined,
			]);
		}
	});

	function describedAs({ type, typeVersion }: INode): INodeTypeDescription {
		const found = types.find(
			({ name, version }) => name === type && [version].flat().includes(typeVersion),
		);
		if (!found) throw new Error(`n8n ${installation.version} has no ${type} ${typeVersion}`);
		return found;
	}
});

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

function boxOf({ name, type, position: [left, top], parameters }: INode): Box {
	const { width, height } =
		type === STICKY
			? (parameters as { width: number; height: number })
			: type.endsWith('.agent')
				? AGENT_BOX
				: NODE_BOX;
	return { name, left, top, right: left + width, bottom: top + height };
}

const overlap = (a: Box, b: Box): boolean =>
	a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
