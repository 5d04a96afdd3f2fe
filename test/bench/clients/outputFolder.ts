import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { userFolder } from '../../engine/harness/userFolder';

/** A new folder for files, on the disk where n8n's are; it goes when the process ends. */
export function outputFolder(): string {
	return mkdtempSync(join(userFolder, 'client-'));
}
