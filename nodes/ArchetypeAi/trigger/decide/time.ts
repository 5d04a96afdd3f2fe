/**
 * A timestamp of the service as epoch ms; 0 when there is none, or none that can be read. Times
 * without a zone are UTC.
 */
export function time(timestamp: string | null | undefined): number {
	if (timestamp === null || timestamp === undefined) return 0;
	const text = timestamp.trim();
	const hasTime = /\d[T ]\d/.test(text);
	const hasZone = /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text);
	return Date.parse(hasTime && !hasZone ? `${text.replace(' ', 'T')}Z` : text) || 0;
}
