/** What is fuzzed. */
export { readApiKey } from '../../nodes/ArchetypeAi/api/apiKey';
export { isBelow, readBaseUrl } from '../../nodes/ArchetypeAi/api/baseUrl';
export { readBody } from '../../nodes/ArchetypeAi/api/body';
export { isTooDeep } from '../../nodes/ArchetypeAi/api/depth';
export { readRef } from '../../nodes/ArchetypeAi/api/download/ref';
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
export {
	inputProgressSchema,
	inputSchema,
	jobSchema,
	outputSchema,
	rawListSchema,
} from '../../nodes/ArchetypeAi/api/schemas';
export { inOneLine, plain, text } from '../../nodes/ArchetypeAi/api/text';
export { timeOf } from '../../nodes/ArchetypeAi/api/time';
export {
	inputItem,
	inputProgressItem,
	jobItem,
	outputItem,
} from '../../nodes/ArchetypeAi/actions/items';
export { Parameters } from '../../nodes/ArchetypeAi/fields/parameters';
