// What n8n's node panel does with a package's nodes (`useActionsGeneration.ts`,
// `nodeCreator.utils.ts` and `useViewStacks.ts` of n8n-editor-ui 1.123 and 2.41).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { sublimeSearch } from '@n8n/utils/search/sublime-search';
import type { CodexData, INodeTypeDescription } from 'n8n-workflow';

const AI = 'AI';
const AI_ROOT_NODES = 'Root Nodes';
/** The list of apps: "Action in an app", "On app event". */
const APPS = '*';
const LISTED_CATEGORIES = ['Core Nodes', AI, 'HITL'];

export type NodeWithCodex = Pick<INodeTypeDescription, 'name' | 'displayName' | 'group'> & {
	codex: CodexData;
};

/** A node's description merged with the codex next to it, as the editor gets them. */
export function withCodex({ name, displayName, group }: INodeTypeDescription): NodeWithCodex {
	const folder = join(__dirname, '../../../nodes/ArchetypeAi');
	const file = `${name[0]?.toUpperCase()}${name.slice(1)}.node.json`;
	const codex = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CodexData;
	return { name, displayName, group, codex };
}

/** The panel's entries: a trigger joins the entry of the node it is named after, codex and all. */
export function entries(nodes: NodeWithCodex[]): NodeWithCodex[] {
	const isTrigger = ({ group }: NodeWithCodex) => group.includes('trigger');
	const apps = nodes.filter((node) => !isTrigger(node));
	const names = apps.map(({ name }) => name);
	const alone = nodes.filter(
		(node) => isTrigger(node) && !names.includes(node.name.replace('Trigger', '')),
	);
	return [...apps, ...alone];
}

/** What the search box finds on a canvas without an AI agent, best first. */
export function search(text: string, nodes: NodeWithCodex[]): NodeWithCodex[] {
	const words = text.toLowerCase().replace(/ trigger$/, '');
	const items = nodes
		.filter((node) => !isHidden(node))
		.map((properties) => ({ key: properties.name, properties }));
	return sublimeSearch(words, items).map(({ item }) => item.properties);
}

/** Nodes in the category AI are for agents and chains, unless they are declared standalone. */
function isHidden({ codex: { categories, subcategories } }: NodeWithCodex): boolean {
	return Boolean(categories?.includes(AI) && !subcategories?.[AI]?.includes(AI_ROOT_NODES));
}

/** Whether the node is in the lists opened by "Action in an app" and "On app event". */
export function isAmongApps({ codex: { categories, subcategories } }: NodeWithCodex): boolean {
	const lists = LISTED_CATEGORIES.filter((category) => categories?.includes(category)).flatMap(
		(category) => subcategories?.[category] ?? [],
	);
	return lists.length === 0 || lists.includes(APPS);
}
