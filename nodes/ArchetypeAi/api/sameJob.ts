import { isObject } from './envelopes';
import type { InputEntry } from './pipelines/inputs';

/** A row of `GET /batch/jobs/{id}/inputs`, as far as it identifies the input. */
interface InputRow {
	port_name: string;
	file_id?: unknown;
	data?: Record<string, unknown> | null;
}

/**
 * Whether the inputs of a job match those requested: the same files on the same ports, with the same
 * labels if the service shows labels, in any order.
 */
export function isSameInputs(asked: readonly InputEntry[], rows: readonly InputRow[]): boolean {
	if (asked.length !== rows.length) return false;
	const labels = new Map(
		asked.map(({ port, fileId, label }) => [keyOf(port, fileId), label ?? '']),
	);
	const found = new Set<string>();
	const areAll = rows.every((row) => {
		const key = keyOf(row.port_name, row.file_id);
		found.add(key);
		const metadata = row.data?.metadata;
		const label = isObject(metadata) ? metadata.class : undefined;
		return labels.has(key) && (label === undefined || label === labels.get(key));
	});
	return areAll && found.size === labels.size;
}

const keyOf = (port: string, fileId: unknown): string => JSON.stringify([port, fileId]);

/**
 * Whether the parameters of a job match those requested: every requested value is there; the service may
 * have filled in others. A job that shows no parameters matches.
 */
export function isSameParameters(asked: unknown, shown: unknown): boolean {
	if (!isObject(shown) || Object.keys(shown).length === 0) return true;
	return isWithin(asked, shown);
}

function isWithin(part: unknown, whole: unknown): boolean {
	if (isObject(part) && isObject(whole)) {
		return Object.entries(part).every(
			([key, value]) => Object.hasOwn(whole, key) && isWithin(value, whole[key]),
		);
	}
	if (Array.isArray(part) && Array.isArray(whole)) {
		return (
			part.length === whole.length &&
			part.every((entry, index) => isWithin(entry, (whole as unknown[])[index]))
		);
	}
	return part === whole;
}
