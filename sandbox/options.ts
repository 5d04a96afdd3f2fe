import { z } from 'zod';

/** The lists of the service; each has its own order. */
export const listNames = [
	'jobs',
	'inputs',
	'outputs',
	'events',
	'progress',
	'checkpoints',
	'pipelines',
] as const;
export type ListName = (typeof listNames)[number];

/** The well-known default key. */
export const DEFAULT_API_KEY = 'sk_sandbox';

const order = z.enum(['newest', 'oldest', 'random']);
type Order = z.infer<typeof order>;

/** Orders that were observed or are the most likely; README.md says which is which. */
const DEFAULT_ORDERS: Record<ListName, Order> = {
	jobs: 'newest',
	inputs: 'newest',
	outputs: 'newest',
	events: 'oldest',
	progress: 'oldest',
	checkpoints: 'oldest',
	pipelines: 'newest',
};

const someOrders = Object.fromEntries(listNames.map((list) => [list, order.optional()])) as Record<
	ListName,
	z.ZodOptional<typeof order>
>;

/** One order for all lists, or one per named list. */
const listOrder = z
	.union([
		order.transform((one) => Object.fromEntries(listNames.map((list) => [list, one]))),
		z.object(someOrders).strict(),
	])
	.transform((given): Partial<Record<ListName, Order>> => given);

/** Choices the service's documentation leaves open, or where its versions differ. */
export const behaviourSchema = z
	.object({
		/** The bearer token the API accepts. */
		apiKey: z.string().min(1).default(DEFAULT_API_KEY),
		/** Delay before each request is handled, on both origins, in ms. */
		latencyMs: z.number().min(0).default(0),
		/**
		 * Row order of each list, such as `{events: 'newest'}`; lists not named keep theirs. A single
		 * word applies to all lists.
		 */
		listOrder: listOrder.default({}),
		/** Maximum rows per page; a larger `limit` is capped to it. */
		maxLimit: z.number().int().positive().default(100),
		/** Maximum files in a response of `GET /files/metadata`. */
		maxFiles: z.number().int().positive().default(1000),
		/**
		 * Where a shard begins if the requested size exceeds `maxFiles`: where the previous one ended,
		 * or where the requested size puts it.
		 */
		shards: z.enum(['served', 'asked']).default('served'),
		/** Lists answer every `offset` with the first page, as a broken service would. */
		ignoreOffset: z.boolean().default(false),
		/** Body of a 401: `{"detail": …}` as older endpoints send it, or `{"errors": […]}`. */
		authEnvelope: z.enum(['detail', 'errors']).default('detail'),
		/** Lifetime of a presigned link, in ms on the sandbox's clock. */
		linkTtlMs: z.number().positive().default(3_600_000),
		/**
		 * `data.ref` of outputs: a link to storage, a path on the API, or a path on the API that
		 * redirects to storage.
		 */
		refStyle: z.enum(['presigned', 'relative', 'redirect']).default('presigned'),
		/** Outputs have `expires_at: null`. */
		nullExpiry: z.boolean().default(false),
		/** Added to every output's `num_bytes`, to make it wrong. */
		numBytesOffset: z.number().int().default(0),
		/** Part size of a multipart upload, in bytes; the live service uses 400 MiB. */
		partSize: z.number().int().positive().default(419_430_400),
		/** How multipart uploads can be verified: by a CRC32C of the whole file, or not at all. */
		integrityAlgorithm: z.enum(['none', 'crc32c']).default('none'),
		/** How long a small job takes after it was queued, in ms on the sandbox's clock. */
		jobMs: z.number().min(0).default(12_000),
		/** Maximum number of jobs ADMITTED or RUNNING at once; the others stay PENDING. */
		maxRunning: z.number().int().positive().default(100),
		/** Final status of a job whose inputs all failed: the worker exited cleanly, or it did not. */
		allInputsFailed: z.enum(['COMPLETED', 'FAILED']).default('COMPLETED'),
		/** A blank line in a JSONL file is a record that cannot be parsed, or is skipped. */
		blankLines: z.enum(['record', 'skipped']).default('record'),
		/**
		 * File types that activity-detection reads: JSONL uploaded as text or CSV fails as an input, or
		 * is read like any other.
		 */
		jsonlTypes: z.enum(['json', 'any']).default('json'),
	})
	.strict();

type ParsedBehaviour = z.infer<typeof behaviourSchema>;

/** What {@link behaviourSchema} describes; all of it can be changed while the sandbox runs. */
export interface Behaviour extends ParsedBehaviour {
	listOrder: Record<ListName, Order>;
}

/** Options as requested. */
export type BehaviourRequest = Partial<z.input<typeof behaviourSchema>>;

/** Changes the given options in place and leaves the rest. Throws zod's error if one is invalid. */
export function changeBehaviour(behaviour: Behaviour, given: BehaviourRequest) {
	const asked = behaviourSchema.partial().parse(given);
	const listOrder = { ...behaviour.listOrder, ...asked.listOrder };
	Object.assign(behaviour, asked, { listOrder });
}

const startSchema = z
	.object({
		host: z.string().default('127.0.0.1'),
		/** Port of the API; 0 picks a free one. */
		port: z.number().int().min(0).max(65_535).default(0),
		/** Port of the storage origin; 0 picks a free one. */
		storagePort: z.number().int().min(0).max(65_535).default(0),
		/** Speed of the sandbox's clock relative to the host's. */
		speed: z.number().positive().default(1),
		/** Finished jobs to seed at startup. */
		jobs: z.number().int().min(0).default(0),
		/** Folder that keeps jobs, files and outputs across restarts; in memory by default. */
		data: z.string().optional(),
		/** Host names that clients may use, besides loopback, IP addresses and `host`. */
		allowedHosts: z.array(z.string().min(1)).default([]),
	})
	.strict();

const optionsSchema = behaviourSchema.merge(startSchema);

/** Options of `startSandbox`; all are optional. */
export type SandboxOptions = z.input<typeof optionsSchema>;

/** The options with their defaults filled in, apart from those that can be changed later. */
export type StartOptions = z.infer<typeof startSchema>;

/**
 * Returns the options split by when they may change. Throws an Error that names each invalid one.
 */
export function readOptions(given: SandboxOptions): { start: StartOptions; behaviour: Behaviour } {
	const parsed = optionsSchema.safeParse(given);
	if (!parsed.success) throw new Error(`Wrong sandbox option: ${describeProblems(parsed.error)}`);
	const { host, port, storagePort, speed, jobs, data, allowedHosts, ...rest } = parsed.data;
	return {
		start: { host, port, storagePort, speed, jobs, data, allowedHosts },
		behaviour: { ...rest, listOrder: { ...DEFAULT_ORDERS, ...rest.listOrder } },
	};
}

/** Returns `path: problem` for each issue zod found, on one line. */
export function describeProblems(error: z.ZodError): string {
	return error.issues
		.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '))
		.join('; ');
}
