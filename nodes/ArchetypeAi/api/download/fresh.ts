import type { NodeApiError } from 'n8n-workflow';

import { storageError } from '../errors';
import { isUrl } from '../request';
import type { Attempt } from '../retry';
import type { Output } from '../outputs';
import { openFile } from './open';
import type { FilePlace, OpenFile } from './open';
import { fileInfo } from './scope';
import type { DownloadScope } from './scope';

/** One try to open with a fresh link; a refused link is renewed once. */
export async function openFresh(
	scope: DownloadScope,
	output: Output,
	from?: FilePlace,
): Promise<Attempt<OpenFile, NodeApiError>> {
	const current = await scope.links.fresh(output);
	if (current === undefined) return noLongerListed(scope, output);
	const opened = await openFile(scope, current, from);
	if (opened.ok || !isRefusal(current, opened.error)) return opened;

	const renewed = await scope.links.renew(current);
	return renewed === undefined
		? noLongerListed(scope, output)
		: await openFile(scope, renewed, from);
}

/**
 * Whether a link may have expired. S3 answers 400 when the session that signed it ended before the
 * link, which `expires_at` does not show; Google's storage answers so to every link that expired.
 */
const isRefusal = ({ data }: Output, { httpCode }: NodeApiError): boolean =>
	isUrl(data.ref) && ['400', '401', '403'].includes(httpCode ?? '');

function noLongerListed(scope: DownloadScope, output: Output): Attempt<never, NodeApiError> {
	const error = storageError(fileInfo(scope, output), 'it is no longer listed by the job');
	return { ok: false, error, retryable: false };
}
