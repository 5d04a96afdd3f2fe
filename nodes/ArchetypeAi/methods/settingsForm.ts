import type { FieldType, INodePropertyOptions, ResourceMapperField } from 'n8n-workflow';

import type { Setting } from '../api/pipelines/settings';
import { isPlain, plainLabel } from './plain';

const TYPES: Record<Setting['kind'], FieldType> = {
	text: 'string',
	number: 'number',
	integer: 'number',
	switch: 'boolean',
	choice: 'options',
	list: 'array',
	object: 'object',
	any: 'string',
};

/** Settings as the fields of a form. Such a form cannot nest, so their IDs are paths with dots. */
export const formFields = (settings: Setting[]): ResourceMapperField[] => settings.map(formField);

function formField(setting: Setting): ResourceMapperField {
	const { id, isRequired, kind } = setting;
	return {
		id,
		displayName: labelOf(setting),
		type: TYPES[kind],
		required: isRequired,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		...(kind === 'choice' && { options: setting.choices.filter(isPlain).map(asOption) }),
		...defaultOf(setting),
	};
}

/** The path identifies a setting; the title is added if it says more than the key. */
function labelOf({ id, title, path }: Setting): string {
	const plain = (words: string) => words.toLowerCase().replace(/[^a-z0-9]/g, '');
	return plainLabel(plain(title) === plain(path.at(-1)!) ? id : `${id} (${title})`);
}

const asOption = (choice: unknown): INodePropertyOptions => ({
	name: String(choice),
	value: typeof choice === 'number' || typeof choice === 'boolean' ? choice : String(choice),
});

function defaultOf({ default: value, kind }: Setting): Pick<ResourceMapperField, 'defaultValue'> {
	if (value === undefined || value === null || !isPlain(value)) return {};
	if (typeof value === 'object') return { defaultValue: JSON.stringify(value) };
	const isText = kind === 'list' || kind === 'object' || kind === 'any';
	if (isText && typeof value !== 'string') return { defaultValue: JSON.stringify(value) };
	return { defaultValue: value as string | number | boolean };
}
