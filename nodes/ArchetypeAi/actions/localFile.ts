import type { IExecuteFunctions } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../api/client';
import { safeFileName } from '../api/fileName';
import { contentTypeOf, KNOWN_ENDINGS } from '../api/uploads/contentType';
import type { LocalFile } from '../api/uploads/file';
import { binarySource } from '../api/uploads/source';

/** An input item, and the client that makes errors about it. */
export interface ItemOfFiles {
	context: IExecuteFunctions;
	client: ArchetypeAiClient;
	itemIndex: number;
}

/**
 * The binary fields of an item that these names refer to; `*` is all of them.
 *
 * @throws NodeOperationError when the item lacks one of them, or has none at all.
 */
export function binaryFields(
	{ client, context, itemIndex }: ItemOfFiles,
	names: string[],
): string[] {
	const has = Object.keys(context.getInputData()[itemIndex]?.binary ?? {});
	const wanted = names.includes('*') ? has : [...new Set(names)];
	const missing = wanted.find((name) => !has.includes(name));
	if (wanted.length > 0 && missing === undefined) return wanted;
	const problem = missing === undefined ? 'has no file' : `has no file in "${missing}"`;
	const advice =
		has.length === 0
			? 'Add a node before this one that outputs files as binary data, such as a form, a mailbox or Read/Write Files from Disk.'
			: `It has files in: ${has.join(', ')}. Correct the name of the field.`;
	throw client.usageError(`This item ${problem}`, advice);
}

/**
 * The file in a binary field of an item, with a safe name and a content type that the service accepts.
 *
 * @throws NodeOperationError when the service does not accept such files, or n8n no longer has it.
 */
export async function localFile(
	item: ItemOfFiles,
	field: string,
	{ name, type }: { name?: string; type?: string } = {},
): Promise<LocalFile> {
	const source = await binarySource(item, field);
	if (source.bytes === 0) {
		throw item.client.usageError(
			`The file in "${field}" is empty`,
			'Nothing was uploaded. Look at the node that makes the file.',
		);
	}
	const safeName = safeFileName(name ?? source.name, `${field}_${item.itemIndex + 1}`);
	if (name !== undefined && safeName !== name) {
		throw item.client.usageError(
			`A file cannot have the name "${name.slice(0, 100)}"`,
			`A name has no folders, none of <>:"|?* and at most 255 bytes. It could be "${safeName}".`,
		);
	}
	const known = type ?? contentTypeOf(safeName, source.type);
	if (known !== undefined) return { name: safeName, type: known, source };
	throw item.client.usageError(
		`The service does not take files such as "${safeName}"`,
		`It takes ${KNOWN_ENDINGS.join(', ')}. If it is one of these, give it a name with that extension.`,
	);
}
