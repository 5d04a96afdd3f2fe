import type { IExecuteFunctions } from 'n8n-workflow';

import { withRetry } from '../retry';
import type { Output } from '../outputs';
import { openFresh } from './fresh';
import type { DownloadScope } from './scope';
import { wholeContent } from './whole';

/** A readable stream of the host. */
export type Body = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Buffer
>;

/** The bytes of a file that has been opened. */
export interface Content {
	chunks: AsyncGenerator<Buffer>;
	/** A stream of the host that lends its class to others, since no package may import it. */
	body: Body;
}

/**
 * Opens the file of an output, with its link renewed when it has expired or is refused, and returns
 * its whole content, see {@link wholeContent}.
 *
 * @throws NodeApiError that names the file when it cannot be opened.
 */
export async function openContent(scope: DownloadScope, output: Output): Promise<Content> {
	const file = await withRetry(() => openFresh(scope, output), scope.client.limits);
	return { chunks: wholeContent(scope, output, file), body: file.body as Body };
}
