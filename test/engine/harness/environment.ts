// Runs before n8n-core is loaded, once for each test file: n8n-core reads its settings from the
// environment and keeps binary data below the user folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';

const folder = mkdtempSync(join(tmpdir(), 'engine-test-'));

process.env.N8N_USER_FOLDER = folder;
process.env.N8N_ENCRYPTION_KEY = 'engine-test';
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
process.env.N8N_LOG_LEVEL = 'warn';
process.env.N8N_LOG_OUTPUT = 'file';
process.env.N8N_LOG_FILE_LOCATION = join(folder, 'n8n.log');

afterAll(() => rmSync(folder, { recursive: true, force: true }));
