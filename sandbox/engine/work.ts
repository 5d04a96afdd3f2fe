import type { Readable } from 'node:stream';
import type { Input } from '../store/types';
import type { Epoch } from './training';

/** What a pipeline does with one input, step by step. */
export interface Work {
	/** Items to process: windows of a file, lines of a list. */
	items: number;
	/** Items per output file. */
	itemsPerPart: number;
	/** First line of every output file. */
	header: string;
	/** Name of an output file, counted from 0. */
	partName(part: number): string;
	fileType: string;
	/** Processes items `from` to `to` (exclusive). */
	process(from: number, to: number): Promise<Results>;
}

/** The results of some items. */
export interface Results {
	/** Their lines in the output file. */
	lines: string;
	/** How many of them could not be processed; their lines say so. */
	failed: number;
}

/** A pipeline ready to work. */
export interface Worker {
	/** The event that begins an input. */
	opening: 'vectorizing_file' | 'info';
	/**
	 * Reads an input. Rejects with the worker's message when the input cannot be used: that input
	 * then fails, and the job continues.
	 */
	open(input: Input): Promise<Work>;
	/** For a training: the number of epochs, and what runs one. */
	epochs?: number;
	epoch?(): Promise<Epoch>;
}

/** Returns the bytes of an input's file. Throws the worker's message when it is gone. */
export type ReadFile = (input: Input) => Readable;

/** Returns a file name without folder and extension. */
export function stemOf(filename: string): string {
	const name = filename.slice(filename.lastIndexOf('/') + 1);
	const dot = name.lastIndexOf('.');
	return dot > 0 ? name.slice(0, dot) : name;
}
