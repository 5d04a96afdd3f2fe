/** Content types that the service accepts, by file extension. */
const TYPES = new Map([
	['csv', 'text/csv'],
	['jpeg', 'image/jpeg'],
	['jpg', 'image/jpeg'],
	['json', 'application/json'],
	['jsonl', 'application/x-ndjson'],
	['mp4', 'video/mp4'],
	['ndjson', 'application/x-ndjson'],
	['png', 'image/png'],
	['txt', 'text/plain'],
]);

/** Extensions of files that the service accepts. */
export const KNOWN_ENDINGS = [...TYPES.keys()];

/** The content type for a file: by its extension, or that of the item if the service accepts it. */
export function contentTypeOf(name: string, itemType: string): string | undefined {
	const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
	const type = TYPES.get(ending);
	if (type !== undefined) return type;
	const said = itemType.split(';')[0]!.trim().toLowerCase();
	return [...TYPES.values()].includes(said) ? said : undefined;
}

/** Types that only the upload in parts accepts. */
export const isForPartsOnly = (type: string): boolean => type === 'application/x-ndjson';
