// n8n-core reads its settings from the environment on load and keeps binary data under the user
// folder: import this before n8n-core.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';

/** The user folder of this process; the importer removes it at the end. */
export const userFolder = mkdtempSync(join(tmpdir(), 'engine-test-'));

process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'engine-test';
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
process.env.N8N_LOG_LEVEL = 'info';
process.env.N8N_LOG_OUTPUT = 'file';
process.env.N8N_LOG_FILE_LOCATION = join(userFolder, 'n8n.log');
