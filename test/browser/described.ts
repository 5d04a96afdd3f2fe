import { NodeHelpers } from 'n8n-workflow';
import type {
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import { ArchetypeAi } from '../../nodes/ArchetypeAi/ArchetypeAi.node';
import { ArchetypeAiTrigger } from '../../nodes/ArchetypeAi/ArchetypeAiTrigger.node';

/** A form as the node's description has it: which fields there are under given values. */
export interface DescribedForm {
	/** The entry of n8n's node panel that adds the node with this form. */
	action: string;
	/** The values of the form when it has just been added. */
	values: INodeParameters;
	properties: INodeProperties[];
	description: INodeTypeDescription;
}

const action = new ArchetypeAi().description;
const trigger = new ArchetypeAiTrigger().description;

/** The forms of all operations, in the order of the description. */
export const operationForms: DescribedForm[] = action.properties
	.filter(({ name }) => name === 'operation')
	.flatMap((property) => {
		const resource = property.displayOptions?.show?.resource?.[0] as string;
		return optionsOf(property).map((option) => ({
			action: String(option.action),
			values: valuesOf(action, { resource, operation: option.value }),
			properties: action.properties,
			description: action,
		}));
	});

/** The form of the trigger, added for completed jobs. */
export const triggerForm: DescribedForm = {
	action: 'On job completed',
	values: valuesOf(trigger, { events: ['completed'] }),
	properties: trigger.properties,
	description: trigger,
};

/** What n8n's panel calls the events. */
export const triggerActions: string[] = optionsOf(
	trigger.properties.find(({ name }) => name === 'events')!,
).map(({ name }) => `On ${name.toLowerCase()}`);

/** A field on which others depend, another value for it, and what a dropdown calls that. */
export interface Switch {
	property: INodeProperties;
	value: string | boolean;
	name?: string;
}

/** The fields that are shown under these values. */
export function shown(form: DescribedForm, values = form.values): INodeProperties[] {
	const node = nodeOf(form.description, values);
	return form.properties.filter((property) =>
		NodeHelpers.displayParameter(values, property, node, form.description),
	);
}

/** What has to be switched to see every field: the fields that others depend on, with their values. */
export function switches(form: DescribedForm): Switch[] {
	const controls = new Set(
		form.properties.flatMap(({ displayOptions }) => Object.keys(displayOptions?.show ?? {})),
	);
	return shown(form)
		.filter(
			({ name, noDataExpression }) => controls.has(name) && !isSelector(name, noDataExpression),
		)
		.flatMap((property): Switch[] => {
			const now = form.values[property.name];
			if (property.type === 'boolean') return [{ property, value: !now }];
			const others = optionsOf(property).filter(({ value }) => value !== now);
			return others.map(({ name, value }) => ({ property, value: value as string, name }));
		});
}

/** The options of a dropdown or the fields of a collection, as they are listed. */
export function namesOf(property: INodeProperties): string[] {
	return (property.options ?? []).map((option) =>
		'displayName' in option ? option.displayName : option.name,
	);
}

export function optionsOf(property: INodeProperties): INodePropertyOptions[] {
	return (property.options ?? []) as INodePropertyOptions[];
}

/** Resource and operation are chosen by adding the node. */
const isSelector = (name: string, noDataExpression?: boolean): boolean =>
	noDataExpression === true && (name === 'resource' || name === 'operation');

function valuesOf(description: INodeTypeDescription, chosen: INodeParameters): INodeParameters {
	const node = nodeOf(description, chosen);
	const values = NodeHelpers.getNodeParameters(
		description.properties,
		chosen,
		true,
		false,
		node,
		description,
	);
	return values ?? chosen;
}

function nodeOf(description: INodeTypeDescription, parameters: INodeParameters): INode {
	const { displayName: name, name: type } = description;
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}
