import type { IDataObject } from 'n8n-workflow';

import { text } from '../text';
import type { OpenFile } from './open';

/** Which bytes of a file a reply holds, as its headers say. */
export interface Extent {
	/** Place of the first one. */
	start: number;
	/** How many; undefined when it is not said. */
	length?: number;
	/** How many the file has; undefined when it is not said. */
	total?: number;
}

/** Headers that cannot be, or that leave open what was sent. */
export interface Unclear {
	problem: string;
	/** Whether the storage cannot be asked for a part of a file. */
	isPart: boolean;
}

/**
 * Which bytes came when those from `asked` on were asked for: the status, Content-Length and
 * Content-Range held against each other.
 */
export function extentOf(file: OpenFile, asked: number): Extent | Unclear {
	const { statusCode, headers } = file;
	if (statusCode === 200 || statusCode === 203) {
		const length = lengthIn(headers);
		const whole = /^bytes 0-\d+\/(\d+)$/i.exec(text(headers['content-range']));
		const isWhole = !headers['content-range'] || Number(whole?.[1]) === length;
		if (!isWhole) {
			return { problem: 'the storage sent a part of it as if it were the whole', isPart: true };
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
	if (range === null) return unclear('a part of it without saying which');
	const [start, end] = [Number(range[1]), Number(range[2])];
	const total = range[3] === '*' ? undefined : Number(range[3]);
	const length = end - start + 1;
	if (start !== asked) return unclear('another part of it than was asked for');
	const isPossible = length > 0 && (total === undefined || end < total);
	if (!isPossible || (lengthIn(headers) ?? length) !== length) {
		return unclear('a part of it whose headers contradict each other');
	}
	return { start, length, total };
}

export function lengthIn(headers: IDataObject): number | undefined {
	const length = text(headers['content-length']);
	return /^\d+$/.test(length) ? Number(length) : undefined;
}
