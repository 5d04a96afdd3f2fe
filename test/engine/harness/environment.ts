// Runs once per test file, before n8n-core is loaded.
import { rmSync } from 'node:fs';
import { userFolder } from './userFolder';

afterAll(() => rmSync(userFolder, { recursive: true, force: true }));
