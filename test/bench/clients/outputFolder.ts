import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { userFolder } from '../../engine/harness/userFolder';

/** A new folder for files, on the same disk as n8n's; removed when the process exits. */
export function outputFolder(): string {
	return mkdtempSync(join(userFolder, 'client-'));
}
