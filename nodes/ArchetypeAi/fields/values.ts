/** How to interpret the values that expressions return. */

import { jsonOf } from '../api/text';

const SHOWN_LENGTH = 80;

/** Accepts numbers, too, since a lone expression may return one. */
export function asText(value: unknown): string | undefined {
	if (typeof value === 'string') return value.trim();
	return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

export function asNumber(value: unknown): number {
	const text = asText(value);
	return text ? Number(text) : NaN;
}

/** Bytes per unit; a size without a unit is in MB. */
const UNITS = new Map([
	['', 1e6],
	['b', 1],
	['kb', 1e3],
	['mb', 1e6],
	['gb', 1e9],
]);

/** A size with or without a unit (`100`, `1.5 GB`) as bytes; undefined when it is not a size. */
export function asBytes(value: unknown): number | undefined {
	const [, digits, unit = ''] = /^([\d.]+)\s*([kmg]?b)?$/i.exec(asText(value) ?? '') ?? [];
	const bytes = Math.floor(Number(digits) * UNITS.get(unit.toLowerCase())!);
	return Number.isFinite(bytes) ? bytes : undefined;
}

/** Texts of a list, of JSON text with a list, or of comma-separated text; undefined for others. */
export function listOf(value: unknown): string[] | undefined {
	if (value === undefined) return [];
	const entries = Array.isArray(value) ? (value as unknown[]) : split(asText(value));
	const texts = entries?.map(asText);
	return texts?.every((text) => text !== undefined)
		? texts.filter((text) => text !== '')
		: undefined;
}

/** The object in a JSON text; other values unchanged. */
export function fromJson(value: unknown): unknown {
	if (typeof value !== 'string' || !value.trim().startsWith('{')) return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return value;
	}
}

function split(text: string | undefined): unknown[] | undefined {
	if (!text?.startsWith('[')) return text?.split(',');
	try {
		return JSON.parse(text) as unknown[];
	} catch {
		return undefined;
	}
}

/** `Job Completed`, `job.completed` and `JOB_COMPLETED` are the same. */
export const folded = (words: string): string => words.toLowerCase().replace(/[^a-z0-9]/g, '');

export function shown(value: unknown): string {
	const words = typeof value === 'string' ? `"${value}"` : jsonOf(value);
	return words.length > SHOWN_LENGTH ? `${words.slice(0, SHOWN_LENGTH)}…` : words;
}

/** A value, or the parsed JSON of a text; undefined if it does not parse. */
export function asJson(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return undefined;
	}
}
