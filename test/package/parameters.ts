import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

const root = join(__dirname, '../..');

/** What saved workflows rely on in a parameter. */
export interface Parameter {
	type: string;
	default: unknown;
	/** The values it can be set to. */
	values?: unknown[];
	/** The modes of a resource locator. */
	modes?: string[];
}

/** Parameters by node or credential, then by path: `output.download.options.combine`. */
export type Parameters = Record<string, Record<string, Parameter>>;

type Built = new () => {
	name?: string;
	properties?: INodeProperties[];
	description?: INodeTypeDescription;
};

/** The parameters of the built nodes in this version, and those of the credential. */
export function builtParameters(version: number): Parameters {
	const built = createRequire(__filename)(root) as Record<string, Built>;
	const described = Object.values(built).map((BuiltClass) => {
		const { name = '', properties = [], description } = new BuiltClass();
		const fields = (description?.properties ?? properties).filter((field) =>
			isOfVersion(field, version),
		);
		return [description?.name ?? name, Object.fromEntries(fields.flatMap(flatten))] as const;
	});
	return Object.fromEntries(described);
}

const isOfVersion = ({ displayOptions }: INodeProperties, version: number): boolean =>
	displayOptions?.show?.['@version']?.includes(version) ?? true;

/** A field and its collection's entries, each under a name that says where it is shown. */
function flatten(field: INodeProperties): Array<[string, Parameter]> {
	const { resource = [], operation = [], ...others } = field.displayOptions?.show ?? {};
	const place = [...resource.map(String), ...operation.map(String), field.name].join('.');
	const conditions = Object.entries(others)
		.filter(([name]) => name !== '@version')
		.map(([name, values]) => `${name}: ${JSON.stringify(values)}`);
	const name = [place, ...conditions.map((condition) => `(${condition})`)].join(' ');
	const entries = field.type === 'collection' ? (field.options as INodeProperties[]) : [];
	return [
		[name, parameter(field)],
		...entries
			.flatMap(flatten)
			.map(([entry, its]) => [`${name}.${entry}`, its] as [string, Parameter]),
	];
}

function parameter({ type, default: usual, options, modes }: INodeProperties): Parameter {
	const choices = type === 'options' || type === 'multiOptions' ? options : undefined;
	return {
		...{ type, default: usual },
		...(choices && { values: (choices as INodePropertyOptions[]).map(({ value }) => value) }),
		...(modes && { modes: modes.map(({ name }) => name) }),
	};
}
