export { testCredential } from './credentialTest';
export { deduplicator, type Entries } from './deduplication';
export { type Credential, credentialFor, keepFilesInMemory, logger, storedFile } from './engine';
export { freePort } from './freePort';
export { loadOptions, searchList } from './methods';
export { ACTION, START, TOOL, TRIGGER } from './nodeTypes';
export { type Poll, pollTrigger } from './poll';
export { type Run, runAlone, runNode, runWorkflow } from './run';
export { type TestSandbox, useSandbox } from './useSandbox';
