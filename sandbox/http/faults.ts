import { z } from 'zod';

const match = z.object({
	/** Which origin is affected. */
	origin: z.enum(['api', 'storage']).default('api'),
	/** HTTP method; any by default. */
	method: z
		.string()
		.transform((method) => method.toUpperCase())
		.optional(),
	/** Path without `/v0.5` and query. `*` matches anything but a slash, `**` anything. */
	path: z.string().default('**'),
	/** How many matching requests to let through before the first that is struck. */
	skip: z.number().int().min(0).default(0),
	/** How many requests are struck; `null` for all that follow. */
	times: z.number().int().positive().nullable().default(1),
});

const bytes = z.number().int().min(0);

/** What can go wrong; see each kind. */
export const faultSchema = z.discriminatedUnion('kind', [
	/** An error status, in any envelope. */
	match
		.extend({
			kind: z.literal('status'),
			status: z.number().int().min(100).max(599),
			/** Value of `Retry-After`: seconds, or an HTTP date. */
			retryAfter: z.union([z.string(), z.number()]).optional(),
			envelope: z.enum(['errors', 'detail', 'error', 'empty', 'html', 'xml']).default('errors'),
			code: z.string().default('sandbox_fault'),
			message: z.string().default('The sandbox was told to fail this request'),
		})
		.strict(),
	/** An arbitrary response: text is sent unchanged, anything else as JSON. */
	match
		.extend({
			kind: z.literal('body'),
			status: z.number().int().min(200).max(599).default(200),
			body: z.unknown(),
			contentType: z.string().default('application/json'),
			headers: z.record(z.string()).default({}),
		})
		.strict(),
	/** A redirect; `location` may be relative. */
	match
		.extend({
			kind: z.literal('redirect'),
			location: z.string(),
			status: z.number().int().min(300).max(399).default(302),
		})
		.strict(),
	/** The connection is reset: before any byte of the response, or after some of its body. */
	match.extend({ kind: z.literal('reset'), afterBytes: bytes.optional() }).strict(),
	/**
	 * The body ends early. With `contentLength: 'full'` the header still gives the full size and the
	 * connection closes; with `'cut'` the header matches the short body.
	 */
	match
		.extend({
			kind: z.literal('truncate'),
			bytes,
			contentLength: z.enum(['full', 'cut']).default('full'),
		})
		.strict(),
	/** The response stalls after the headers and some of the body; the connection stays open. */
	match.extend({ kind: z.literal('stall'), afterBytes: bytes.default(0) }).strict(),
	/** One bit of the body is flipped, in byte `at`, counted from 0. */
	match.extend({ kind: z.literal('flip'), at: bytes }).strict(),
	/** These headers are added to the response's own, or replace them. */
	match.extend({ kind: z.literal('headers'), headers: z.record(z.string()) }).strict(),
	/** The body trickles. */
	match.extend({ kind: z.literal('slow'), bytesPerSecond: z.number().positive() }).strict(),
	/** The connection is reset after so many bytes of the request body, unless it is a form. */
	match.extend({ kind: z.literal('cutRequest'), afterBytes: bytes }).strict(),
	/** The response is delayed by `ms` of real time. */
	match.extend({ kind: z.literal('latency'), ms: z.number().min(0) }).strict(),
]);

/** A fault with its defaults filled in. */
export type Fault = z.infer<typeof faultSchema>;
/** A fault as requested. */
export type FaultRequest = z.input<typeof faultSchema>;

/** A fault that was added. */
export interface ListedFault {
	/** Its number, counted from 1 and never reused. */
	id: number;
	/** How often it struck. */
	struck: number;
}

interface ArmedFault {
	id: number;
	fault: Fault;
	pattern: RegExp;
	/** Matching requests still to let through, then those still to strike. */
	skip: number;
	left: number;
	/** How often it struck. */
	struck: number;
}

/** The faults still to happen. */
export class Faults {
	private armed: ArmedFault[] = [];
	private lastId = 0;

	add(fault: Fault) {
		const pattern = globToRegExp(fault.path);
		const left = fault.times ?? Infinity;
		this.armed.push({ id: ++this.lastId, fault, pattern, skip: fault.skip, left, struck: 0 });
	}

	/** Returns the fault that strikes this request, and counts it. */
	take(origin: Fault['origin'], method: string, path: string): Fault | undefined {
		for (const armed of this.armed) {
			const { fault, pattern } = armed;
			if (fault.origin !== origin || armed.left === 0 || !pattern.test(path)) continue;
			if (fault.method && fault.method !== method) continue;
			if (armed.skip > 0) {
				armed.skip--;
				continue;
			}
			armed.left--;
			armed.struck++;
			return fault;
		}
		return undefined;
	}

	/** Returns the faults added since the last {@link clear}, with how often each struck. */
	list(): Array<Fault & ListedFault> {
		return this.armed.map(({ id, fault, struck }) => ({ ...fault, id, struck }));
	}

	/** Removes one fault. Returns whether there was one with this number. */
	remove(id: number): boolean {
		const index = this.armed.findIndex((armed) => armed.id === id);
		if (index >= 0) this.armed.splice(index, 1);
		return index >= 0;
	}

	clear() {
		this.armed = [];
	}
}

function globToRegExp(glob: string): RegExp {
	const source = glob
		.split(/(\*\*|\*)/)
		.map((piece) => {
			if (piece === '**') return '.*';
			return piece === '*' ? '[^/]*' : piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
		})
		.join('');
	return new RegExp(`^${source}$`);
}
