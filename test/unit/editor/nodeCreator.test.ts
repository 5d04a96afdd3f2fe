import { ArchetypeAi } from '../../../nodes/ArchetypeAi/ArchetypeAi.node';
import { ArchetypeAiTrigger } from '../../../nodes/ArchetypeAi/ArchetypeAiTrigger.node';
import { entries, isAmongApps, search, withCodex, type NodeWithCodex } from './nodeCreator';

const action = withCodex(new ArchetypeAi().description);
const trigger = withCodex(new ArchetypeAiTrigger().description);

/** n8n nodes that match some of the same words. */
const others: NodeWithCodex[] = [
	app('Brandfetch'),
	app('Notion'),
	app('Summarize', ['count', 'statistics', 'aggregate']),
	app('Microsoft Outlook', ['email']),
	app('TimescaleDb'),
];

describe("n8n's node panel", () => {
	test('shows the node and its trigger as one entry', () => {
		expect(entries([action, trigger])).toEqual([action]);
	});

	test.each([
		...['archetype', 'Archetype AI', 'archetypeai', 'archetype trigger'],
		...['newton', 'sensor', 'sensor data', 'batch job', 'time series', 'timeseries'],
		...['job completed', 'job failed', 'machine state', 'activity detection', 'iot', 'physical ai'],
	])('finds it first by "%s"', (text) => {
		expect(search(text, entries([...others, action, trigger]))[0]).toBe(action);
	});

	test('finds the trigger by the same words where it stands alone', () => {
		expect(trigger.codex.alias).toEqual(action.codex.alias);
		expect(search('newton', entries([trigger]))).toEqual([trigger]);
	});

	test('lists both under "Action in an app" and "On app event"', () => {
		expect([action, trigger].filter(isAmongApps)).toEqual([action, trigger]);
	});

	test('would not find a node of category AI that has no subcategory', () => {
		const hidden = { ...action, codex: { ...action.codex, categories: ['AI', 'Analytics'] } };
		expect(search('archetype', [hidden])).toEqual([]);
	});
});

function app(displayName: string, alias: string[] = []): NodeWithCodex {
	return { name: displayName, displayName, group: ['output'], codex: { categories: [], alias } };
}
