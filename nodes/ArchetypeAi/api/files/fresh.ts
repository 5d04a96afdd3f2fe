import type { NodeApiError } from 'n8n-workflow';

import { isUrl } from '../request';
import type { Attempt } from '../retry';
import { storageError } from './errors';
import type { RemoteFile } from './remoteFile';
import { openFile } from './open';
import type { FilePlace, OpenFile } from './open';
import { fileInfo } from './transfer';
import type { Transfer } from './transfer';

/** One try to open a file with a fresh link; a refused link is renewed once. */
export async function openFresh(
	transfer: Transfer,
	file: RemoteFile,
	from?: FilePlace,
): Promise<Attempt<OpenFile, NodeApiError>> {
	const current = await transfer.links.fresh(file);
	if (current === undefined) return noLongerListed(transfer, file);
	const opened = await openFile(transfer, current, from);
	if (opened.ok || !isRefusal(current, opened.error)) return opened;

	const renewed = await transfer.links.renew(current);
	return renewed === undefined
		? noLongerListed(transfer, file)
		: await openFile(transfer, renewed, from);
}

/**
 * Whether a link may have expired. S3 answers 400 when the session that signed it ended before the link,
 * which `expires_at` does not show; Google's storage answers 400 to every expired link.
 */
const isRefusal = ({ data }: RemoteFile, { httpCode }: NodeApiError): boolean =>
	isUrl(data.ref) && ['400', '401', '403'].includes(httpCode ?? '');

function noLongerListed(transfer: Transfer, file: RemoteFile): Attempt<never, NodeApiError> {
	const error = storageError(fileInfo(transfer, file), 'it is no longer listed by the job');
	return { ok: false, error, retryable: false };
}
