import { Container } from '@n8n/di';
import { PollContext, TriggersAndPollers } from 'n8n-core';
import type {
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	WorkflowActivateMode,
} from 'n8n-workflow';
import { createAdditionalData, createWorkflow, logger, type Credential } from './engine';
import { TRIGGER } from './nodeTypes';

const NAME = 'Archetype AI Trigger';

export interface Poll {
	/** Items of the first output; null if the poll returned nothing. */
	items: INodeExecutionData[] | null;
	/** The node's static data after the poll, as n8n would store it: pass it to the next poll. */
	staticData: IDataObject;
	/** What the node logged at level info. */
	log: string[];
}

/**
 * Runs one poll of the trigger node in n8n-core's PollContext.
 * `mode` 'manual' is the editor's "Fetch test event". `budgetMs`: what `getPollBudgetMs` returns;
 * null omits the method, as hosts before 2.38 do. `isStaged`: gives the node a copy of its static
 * data, as the durable scheduler does. Rejects with whatever `poll()` throws.
 */
export async function pollTrigger(
	parameters: INodeParameters,
	options: {
		credential?: Credential;
		staticData?: IDataObject;
		mode?: 'trigger' | 'manual';
		activation?: WorkflowActivateMode;
		budgetMs?: number | null;
		isStaged?: boolean;
		workflowId?: string;
	},
): Promise<Poll> {
	const { credential, staticData = {}, mode = 'trigger', activation = 'activate' } = options;
	const workflow = createWorkflow({
		nodes: [{ name: NAME, type: TRIGGER, parameters }],
		credential,
		staticData: { [`node:${NAME}`]: structuredClone(staticData) },
	});
	const node = workflow.nodes[NAME]!;
	const additionalData = await createAdditionalData({ workflow, mode, credential });
	const context = new PollContext(workflow, node, additionalData, mode, activation);
	const log: string[] = [];
	const info = (text: string) => log.push(text);
	const listening = Object.create(logger, { info: { value: info } }) as typeof logger;
	Object.defineProperty(context, 'logger', { value: listening });
	const { budgetMs, isStaged, workflowId } = options;
	if (workflowId !== undefined) {
		Object.assign(context, { getWorkflow: () => ({ id: workflowId, active: true }) });
	}
	const staged = structuredClone(staticData);
	const kept = (): IDataObject => (isStaged ? staged : workflow.getStaticData('node', node));
	Object.assign(context, { resolveNodeStaticData: kept });
	if (budgetMs !== undefined) {
		Object.assign(context, { getPollBudgetMs: budgetMs === null ? undefined : () => budgetMs });
	}

	const output = await Container.get(TriggersAndPollers).runPollFunction(workflow, node, context);
	return {
		items: output?.[0] ?? null,
		staticData: JSON.parse(JSON.stringify(kept())) as IDataObject,
		log,
	};
}
