import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox';

const running: Sandbox[] = [];

/** Starts a sandbox that is closed when the test ends. */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox(options);
	running.push(sandbox);
	return sandbox;
}

afterEach(async () => {
	await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** A reply with its body read: as JSON if it is JSON, else as text. */
export interface Reply<Body> {
	status: number;
	headers: Headers;
	body: Body;
}

/** Calls the API with the right key; each test declares the type of the body. */
export async function call<Body = Record<string, unknown>>(
	sandbox: Sandbox,
	path: string,
	{ method = 'GET', json, form }: { method?: string; json?: unknown; form?: FormData } = {},
): Promise<Reply<Body>> {
	const headers: Record<string, string> = { authorization: `Bearer ${sandbox.apiKey}` };
	if (json !== undefined) headers['content-type'] = 'application/json';
	const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
	const reply = await fetch(`${sandbox.url}${path}`, { method, headers, body, redirect: 'manual' });
	const text = await reply.text();
	const isJson = reply.headers.get('content-type')?.includes('json') && text !== '';
	return {
		status: reply.status,
		headers: reply.headers,
		body: (isJson ? JSON.parse(text) : text) as Body,
	};
}

/** Uploads text as a file in a form. */
export function upload(sandbox: Sandbox, name: string, text: string, type = 'text/csv') {
	const form = new FormData();
	form.set('file', new Blob([text], { type }), name);
	return call(sandbox, '/files', { method: 'POST', form });
}

/** Rows of a list, as the tests check them. */
export interface JobRow {
	id: string;
	name: string;
	status: string;
	created_at: string;
	[field: string]: unknown;
}

export interface JobList {
	total: number;
	offset: number;
	limit: number;
	jobs: JobRow[];
}

export interface OutputRow {
	id: string;
	input_id: string;
	expires_at: string | null;
	data: { ref: string; filename: string; num_bytes: number };
}

export interface OutputList {
	total: number;
	outputs: OutputRow[];
}

/** Returns the outputs of a job, oldest first. */
export async function outputsOf(sandbox: Sandbox, jobId: string): Promise<OutputRow[]> {
	const path = `/batch/jobs/${jobId}/outputs?limit=100`;
	const { body } = await call<OutputList>(sandbox, path);
	return body.outputs.reverse();
}

export interface ErrorBody {
	errors: Array<{ code: string; message: string; error_uid: string }>;
}
