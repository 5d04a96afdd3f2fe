/** What is fuzzed. */
export { readApiKey } from '../../nodes/ArchetypeAi/api/apiKey';
export { isBelow, readBaseUrl } from '../../nodes/ArchetypeAi/api/baseUrl';
export { readBody } from '../../nodes/ArchetypeAi/api/body';
export { isTooDeep } from '../../nodes/ArchetypeAi/api/depth';
export { readRef } from '../../nodes/ArchetypeAi/api/files/ref';
export {
	isOwnEnvelope,
	readEnvelopes,
	readErrors,
	readRetryAfter,
} from '../../nodes/ArchetypeAi/api/envelopes';
export { shapeError, statusError, usageError } from '../../nodes/ArchetypeAi/api/errors';
export type { RequestInfo } from '../../nodes/ArchetypeAi/api/errors';
export { DistinctNames, safeFileName } from '../../nodes/ArchetypeAi/api/fileName';
export { globMatcher } from '../../nodes/ArchetypeAi/api/glob';
export { isPrivateHost } from '../../nodes/ArchetypeAi/api/hosts';
export { inputProgressItem, inputProgressSchema } from '../../nodes/ArchetypeAi/api/inputProgress';
export { inputItem, inputSchema } from '../../nodes/ArchetypeAi/api/inputs';
export { jobItem, jobSchema } from '../../nodes/ArchetypeAi/api/jobs';
export { listSchema } from '../../nodes/ArchetypeAi/api/lists';
export { outputItem, outputSchema } from '../../nodes/ArchetypeAi/api/outputs';
export { redact, withoutSignatures } from '../../nodes/ArchetypeAi/api/redact';
export { ChosenColumns, columnNames } from '../../nodes/ArchetypeAi/api/rows/columns';
export { csvRecords } from '../../nodes/ArchetypeAi/api/rows/csv';
export type { Delimiter } from '../../nodes/ArchetypeAi/api/rows/csv';
export { decoded } from '../../nodes/ArchetypeAi/api/rows/decode';
export { parseExactly } from '../../nodes/ArchetypeAi/api/rows/exactNumbers';
export { Findings } from '../../nodes/ArchetypeAi/api/rows/findings';
export { endingWithBreak, splitHeader } from '../../nodes/ArchetypeAi/api/rows/lines';
export { asNumber } from '../../nodes/ArchetypeAi/api/rows/numbers';
export { openText } from '../../nodes/ArchetypeAi/api/rows/open';
export { rowsIn } from '../../nodes/ArchetypeAi/api/rows/read';
export type { Encoding } from '../../nodes/ArchetypeAi/api/rows/recognize';
export { inOneLine, plain, text } from '../../nodes/ArchetypeAi/api/text';
export { timeOf } from '../../nodes/ArchetypeAi/api/time';
export { Parameters } from '../../nodes/ArchetypeAi/fields/parameters';
