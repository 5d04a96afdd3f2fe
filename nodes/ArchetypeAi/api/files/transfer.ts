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
	 * Called with the size so far of a file for which the service states no size; throws when it is too
	 * large.
	 */
	measure?: (file: RemoteFile, bytes: number) => Promise<void>;
}

const namesIn = perExecution(() => new DistinctNames());

/** The name to give a file in this run of the node: none is used twice. */
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
