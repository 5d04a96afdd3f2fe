import type { IExecuteFunctions } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../client';
import type { RequestInfo } from '../errors';
import { DistinctNames, safeFileName } from '../fileName';
import type { Output } from '../outputs';
import { perExecution } from '../perExecution';
import type { ApiRequest } from '../request';
import type { Links } from './links';

/** What is needed to fetch the files of one job for one input item. */
export interface DownloadScope {
	context: IExecuteFunctions;
	client: ArchetypeAiClient;
	links: Links;
	/**
	 * Told how many bytes a file has, or has had so far, whose size the service does not say; throws when
	 * they are too many.
	 */
	measure?: (output: Output, bytes: number) => Promise<void>;
}

/** The name of an output's file, safe to write. */
export const fileNameOf = ({ data, id }: Output): string => safeFileName(data.filename, id);

const namesIn = perExecution(() => new DistinctNames());

/** The name for a file that this run of the node gives: none is given twice. */
export function distinctName({ context }: Pick<DownloadScope, 'context'>, name: string): string {
	return namesIn(context).take(name);
}

/** The request for the file of an output; its link is as fresh as the output. */
export function fileRequest(output: Output): ApiRequest {
	const subject = `File ${fileNameOf(output)} (${output.id})`;
	return { path: output.data.ref, subject, verb: 'downloaded' };
}

/** For errors about the file of an output. */
export const fileInfo = (scope: DownloadScope, output: Output): RequestInfo =>
	scope.client.info(fileRequest(output));
