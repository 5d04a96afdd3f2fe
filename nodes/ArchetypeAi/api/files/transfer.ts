import type { IExecuteFunctions } from 'n8n-workflow';

import type { ArchetypeAiClient } from '../client';
import type { RequestInfo } from '../errors';
import { DistinctNames } from '../fileName';
import { perExecution } from '../perExecution';
import type { ApiRequest } from '../request';
import type { Links } from './links';
import { safeNameOf } from './remoteFile';
import type { RemoteFile } from './remoteFile';

/** What is needed to fetch the files of one list for one input item. */
export interface Transfer {
	context: IExecuteFunctions;
	client: ArchetypeAiClient;
	links: Links;
	/**
	 * Told how many bytes a file has, or has had so far, whose size the service does not say; throws when
	 * they are too many.
	 */
	measure?: (file: RemoteFile, bytes: number) => Promise<void>;
}

const namesIn = perExecution(() => new DistinctNames());

/** The name for a file that this run of the node gives: none is given twice. */
export function distinctName({ context }: Pick<Transfer, 'context'>, name: string): string {
	return namesIn(context).take(name);
}

/** The request for the bytes of a file; its link is as fresh as `file`. */
export function fileRequest(file: RemoteFile): ApiRequest {
	const subject = `File ${safeNameOf(file)} (${file.id})`;
	return { path: file.data.ref, subject, verb: 'downloaded' };
}

/** For errors about a file. */
export const fileInfo = (transfer: Transfer, file: RemoteFile): RequestInfo =>
	transfer.client.info(fileRequest(file));
