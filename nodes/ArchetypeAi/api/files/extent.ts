import type { IDataObject } from 'n8n-workflow';

import { text } from '../text';
import type { OpenFile } from './open';

/** Which bytes of a file a reply holds, according to its headers. */
export interface Extent {
	/** Offset of the first one. */
	start: number;
	/** How many there are; undefined when not stated. */
	length?: number;
	/** How many the file has; undefined when not stated. */
	total?: number;
}

/** Headers that are contradictory, or do not say what was sent. */
export interface Unclear {
	problem: string;
	/** Whether the storage cannot serve a part of a file. */
	isPart: boolean;
}

/**
 * Which bytes arrived when those from `asked` on were requested: checks the status, Content-Length and
 * Content-Range against each other.
 */
export function extentOf(file: OpenFile, asked: number): Extent | Unclear {
	const { statusCode, headers } = file;
	if (statusCode === 200 || statusCode === 203) {
		const length = lengthIn(headers);
		const whole = /^bytes 0-\d+\/(\d+)$/i.exec(text(headers['content-range']));
		const isWhole = !headers['content-range'] || Number(whole?.[1]) === length;
		if (!isWhole) {
			return { problem: 'the storage sent part of it as if it were the whole file', isPart: true };
		}
		return { start: 0, length, total: length };
	}
	if (statusCode === 204 || statusCode === 205) return { start: 0, length: 0, total: 0 };
	if (statusCode !== 206) {
		return { problem: `the storage answered with HTTP ${statusCode}`, isPart: false };
	}

	const unclear = (problem: string): Unclear => ({
		problem: `the storage sent ${problem}`,
		isPart: true,
	});
	const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(text(headers['content-range']));
	if (range === null) return unclear('part of it without saying which');
	const [start, end] = [Number(range[1]), Number(range[2])];
	const total = range[3] === '*' ? undefined : Number(range[3]);
	const length = end - start + 1;
	if (start !== asked) return unclear('a different part of it than requested');
	const isPossible = length > 0 && (total === undefined || end < total);
	if (!isPossible || (lengthIn(headers) ?? length) !== length) {
		return unclear('part of it with headers that contradict each other');
	}
	return { start, length, total };
}

export function lengthIn(headers: IDataObject): number | undefined {
	const length = text(headers['content-length']);
	return /^\d+$/.test(length) ? Number(length) : undefined;
}
