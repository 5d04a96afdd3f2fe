import { timeOf } from '../time';
import type { Pipeline } from './pipeline';

/** A pipeline as workflows store it: by key and version, since IDs differ between environments. */
export interface PipelineChoice {
	key: string;
	/** Undefined for the newest published one. */
	version?: string;
}

/** The choice that `key@version`, or `key` alone, stands for. */
export function choiceFrom(text: string): PipelineChoice {
	const at = text.lastIndexOf('@');
	if (at <= 0) return { key: text };
	return { key: text.slice(0, at), version: text.slice(at + 1) || undefined };
}

/** The text that {@link choiceFrom} reads. */
export const choiceText = ({ key, version }: PipelineChoice): string =>
	version === undefined ? key : `${key}@${version}`;

export const isPublished = ({ status }: Pipeline): boolean =>
	status === undefined || status === null || status === 'published';

/** Newest first: by creation time, then by the numbers in their version. */
export function newestFirst(rows: Pipeline[]): Pipeline[] {
	const madeAt = ({ created_at }: Pipeline) => timeOf(created_at ?? '') || 0;
	return [...rows].sort(
		(a, b) => madeAt(b) - madeAt(a) || byVersion(b.pipeline_version, a.pipeline_version),
	);
}

const byVersion = (a: string, b: string): number =>
	a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' });

/**
 * The version of a pipeline that a choice refers to, among the rows of the registry: the one it names, even a
 * draft, or the newest published one. Undefined when there is none.
 */
export function chosenVersion(
	rows: Pipeline[],
	{ key, version }: PipelineChoice,
): Pipeline | undefined {
	const own = newestFirst(rows.filter(({ pipeline_key }) => pipeline_key === key));
	if (version === undefined) return own.find(isPublished);
	return own.find(({ pipeline_version }) => pipeline_version === version);
}
