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

/** A form per the node's description: the fields shown for given values. */
export interface DescribedForm {
	/** The entry in n8n's node panel that adds the node with this form. */
	action: string;
	/** The form's initial values. */
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

/** The events as n8n's panel names them. */
export const triggerActions: string[] = optionsOf(
	trigger.properties.find(({ name }) => name === 'events')!,
).map(({ name }) => `On ${name.toLowerCase()}`);

/** A field that others depend on, another value for it, and that value's name in a dropdown. */
export interface Switch {
	property: INodeProperties;
	value: string | boolean;
	name?: string;
}

/** The fields shown for these values. */
export function shown(form: DescribedForm, values = form.values): INodeProperties[] {
	const node = nodeOf(form.description, values);
	return form.properties.filter((property) =>
		NodeHelpers.displayParameter(values, property, node, form.description),
	);
}

/** What to switch to see every field: the fields that others depend on, with their values. */
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

/** The options of a dropdown or the fields of a collection, in order. */
export function namesOf(property: INodeProperties): string[] {
	return (property.options ?? []).map((option) =>
		'displayName' in option ? option.displayName : option.name,
	);
}

export function optionsOf(property: INodeProperties): INodePropertyOptions[] {
	return (property.options ?? []) as INodePropertyOptions[];
}

/** Adding the node sets the resource and operation. */
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
