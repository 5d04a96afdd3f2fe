import { faultSchema, type Fault, type FaultRequest, type ListedFault } from '../http/faults';

/** Faults that the page switches on, by their names there. They last until removed. */
export const namedFaults: Record<string, FaultRequest> = {
	'The service answers 503': { kind: 'status', status: 503, retryAfter: 2, times: null },
	'The service answers 429, too many requests': {
		...{ kind: 'status', status: 429, retryAfter: 5, times: null },
		...{ code: 'rate_limited', message: 'Too many requests' },
	},
	'The service refuses the API key': {
		...{ kind: 'status', status: 401, envelope: 'detail', times: null },
		...{ code: 'unauthorized', message: 'Invalid or missing API key' },
	},
	'The service answers 5 seconds late': { kind: 'latency', ms: 5000, times: null },
	'The service breaks off connections': { kind: 'reset', times: null },
	'The list of jobs has malformed rows': {
		...{ kind: 'body', method: 'GET', path: '/batch/jobs', times: null },
		body: { total: 3, offset: 0, limit: 10, jobs: [null, 'a text', { id: 7, status: {} }] },
	},
	'The list of outputs has malformed rows': {
		...{ kind: 'body', method: 'GET', path: '/batch/jobs/*/outputs', times: null },
		body: { total: 2, offset: 0, limit: 10, outputs: [null, { id: 7, data: 'a text' }] },
	},
	'Links to files are refused': {
		...{ kind: 'status', origin: 'storage', status: 403, envelope: 'xml', times: null },
		...{ code: 'AccessDenied', message: 'Request has expired' },
	},
	'Files break off after 1,000 bytes': {
		...{ kind: 'truncate', origin: 'storage', method: 'GET', bytes: 1000, times: null },
	},
	'Files come at 10 kB a second': {
		...{ kind: 'slow', origin: 'storage', method: 'GET', bytesPerSecond: 10_000, times: null },
	},
};

const nameOf = new Map(
	Object.entries(namedFaults).map(([name, request]) => [keyOf(faultSchema.parse(request)), name]),
);

/** Returns the page's name for a fault; others are named by what they do and where. */
export function nameOfFault(fault: Fault & Partial<ListedFault>): string {
	const { kind, method = 'every method', origin, path } = fault;
	return nameOf.get(keyOf(fault)) ?? `${kind}: ${method} of ${path} (${origin})`;
}

/** A key shared by all faults that do the same. */
function keyOf(fault: Fault & Partial<ListedFault>): string {
	const what = { ...fault, id: undefined, struck: undefined };
	return JSON.stringify(Object.entries(what).sort(([a], [b]) => (a < b ? -1 : 1)));
}
