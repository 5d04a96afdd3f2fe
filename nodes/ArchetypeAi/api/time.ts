/**
 * A time of the service as epoch ms, or NaN if it is not one: ISO text, UTC if it names no zone, wherever
 * n8n runs.
 */
export function timeOf(text: string): number {
	const [, day, clock = '', zone = ''] =
		/^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?))?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i.exec(
			text.trim(),
		) ?? [];
	if (day === undefined) return HAS_ZONE.test(text) ? Date.parse(text) : NaN;
	if (clock === '') return Date.parse(`${day}T00:00:00${offsetOf(zone)}`);
	return Date.parse(`${day}T${clock.replace(',', '.')}${offsetOf(zone)}`);
}

/** Other formats, such as HTTP dates, are accepted if they name a zone. */
const HAS_ZONE = /\d{2}:\d{2}.*(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})$/i;

function offsetOf(zone: string): string {
	if (!/^[+-]/.test(zone)) return 'Z';
	return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
}
