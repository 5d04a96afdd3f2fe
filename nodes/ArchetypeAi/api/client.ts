import { createHash } from 'node:crypto';
import type { IHttpRequestOptions, INode, NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { z } from 'zod';

import { readRetryAfter } from './envelopes';
import { isSuccess, readBody, readReply, ReplyTooLarge } from './body';
import { CREDENTIAL, readCredential } from './credential';
import { shapeError, sizeError, statusError, usageError } from './errors';
import type { RequestInfo } from './errors';
import { inTime } from './inTime';
import { isPassing, networkCode, networkError, NEVER_SENT } from './networkErrors';
import { Outages, SHORT_TIMEOUT_MS } from './outages';
import { isUrl } from './request';
import type { ApiContext, ApiReply, ApiRequest, OpenReply, Send } from './request';
import type { Attempt, RetryLimits } from './retry';
import { text } from './text';
import { Throttle } from './throttle';
import type { Load } from './throttle';

const REQUEST_TIMEOUT_MS = 60_000;
const RETRYABLE_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Talks to the service for one execution or poll: adds the base URL and the key, repeats what is safe
 * to repeat, checks replies, and turns every failure into one n8n error.
 */
export class ArchetypeAiClient {
	private constructor(
		readonly context: ApiContext,
		readonly baseUrl: string,
		private readonly apiKey: string,
		readonly limits: RetryLimits,
		/** What is known about the service, shared by all items. */
		private readonly service = {
			throttle: new Throttle(),
			outages: new Outages(),
			clockOffsetMs: 0,
		},
		private readonly givenUp = new AbortController(),
		/** The input item that the work is for; errors name it. */
		readonly itemIndex?: number,
	) {}

	/** @throws NodeOperationError when the credential's Base URL or API Key cannot be used. */
	static async connect(
		context: ApiContext,
		limits: Pick<RetryLimits, 'deadline' | 'attempts'> = {},
	): Promise<ArchetypeAiClient> {
		const { baseUrl, apiKey } = await readCredential(context);
		const signal =
			'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
		return new ArchetypeAiClient(context, baseUrl, apiKey, { ...limits, signal });
	}

	/** A client for the work on one item, which can be aborted separately from the work on others. */
	forItem(itemIndex?: number): ArchetypeAiClient {
		const givenUp = new AbortController();
		const limits = { ...this.limits, signal: this.signalFor(givenUp.signal) };
		const { context, baseUrl, apiKey, service } = this;
		return new ArchetypeAiClient(context, baseUrl, apiKey, limits, service, givenUp, itemIndex);
	}

	/** Aborts pending requests, transfers and waits, so that none outlives the work it is for. */
	giveUp(): void {
		this.givenUp.abort();
	}

	get node(): INode {
		return this.context.getNode();
	}

	/** Differs when the key or the address differs, and does not reveal the key. */
	get account(): string {
		return createHash('sha256').update(`${this.baseUrl}\n${this.apiKey}`).digest('base64url');
	}

	/**
	 * A JSON request whose reply has passed `schema`.
	 *
	 * @throws NodeApiError for any failure, in the words of errors.ts.
	 */
	async request<Schema extends z.ZodTypeAny>(
		request: ApiRequest,
		schema: Schema,
	): Promise<z.infer<Schema>> {
		const send = (options: IHttpRequestOptions) => this.sendWithKey(options, request.timeoutMs);
		const reply = await this.retry(
			() => this.attempt(request, { json: true }, send, isSuccess),
			request,
		);
		this.service.clockOffsetMs = (Date.parse(text(reply.headers.date)) || Date.now()) - Date.now();
		const parsed = schema.safeParse(reply.body);
		if (!parsed.success) throw shapeError(this.info(request), reply.body, parsed.error);
		return parsed.data as z.infer<Schema>;
	}

	/** Runs `attempt` as often as it can help to get what is at this path or link. */
	async retry<Value>(
		attempt: () => Promise<Attempt<Value, NodeApiError>>,
		{ path, signal }: Pick<ApiRequest, 'path' | 'signal'>,
	): Promise<Value> {
		const limits = { ...this.limits, signal: this.signalFor(signal) };
		return await this.service.outages.retry(this.urlOf(path), attempt, limits);
	}

	private urlOf(path: string): string {
		return isUrl(path) ? path : `${this.baseUrl}${path}`;
	}

	/** The service's clock as shown by its replies, epoch ms: links expire by it, not by ours. */
	serviceTime(): number {
		return Date.now() + this.service.clockOffsetMs;
	}

	/**
	 * Sends to the API with the key; the credential refuses any other origin. Waits for its turn
	 * while the service is too busy.
	 */
	async sendWithKey(options: IHttpRequestOptions, timeoutMs?: number): Promise<ApiReply> {
		const signal = options.abortSignal as AbortSignal | undefined;
		const isJson = options.json === true;
		const most = () => timeoutMs ?? this.timeoutMs();
		const ask = async (until?: AbortSignal) => {
			const context = this.contextUntil(until);
			const reply = (await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, {
				...options,
				// As a stream, so that a limit is enforced where bytes arrive.
				...(isJson && { encoding: 'stream' }),
				abortSignal: until,
				timeout: most(),
			})) as ApiReply;
			return isJson ? await readReply(reply, this.apiKey) : reply;
		};
		// Files take as long as they take; stalls are detected where files are read.
		const send = async () => (isJson ? await inTime(ask, most(), signal) : await ask(signal));
		return await this.service.throttle.pass(send, loadOf, { ...this.limits, signal });
	}

	/** The facts about `request` for error messages. */
	info({ method = 'GET', path, subject, verb, isRepeatable }: ApiRequest): RequestInfo {
		return {
			node: this.node,
			request: `${method} ${path}`,
			subject,
			verb,
			isChange: method !== 'GET' && isRepeatable !== true,
			itemIndex: this.itemIndex,
			secrets: [this.apiKey],
			isLink: isUrl(path),
		};
	}

	/** An error about what the user entered for this item. */
	usageError(problem: string, advice: string): NodeOperationError {
		return usageError(this.node, problem, advice, this.itemIndex);
	}

	/** For requests with the key, the host uses the signal of the context, not that of the request. */
	private contextUntil(signal: AbortSignal | undefined): ApiContext {
		const getExecutionCancelSignal = { value: () => signal };
		return Object.create(this.context, { getExecutionCancelSignal }) as ApiContext;
	}

	/** Fires when the execution is cancelled, or the request is aborted. */
	private signalFor(...given: Array<AbortSignal | undefined>): AbortSignal {
		const signals = [this.limits.signal, ...given].filter((signal) => signal !== undefined);
		// One for each request: Node warns about a signal with many listeners.
		return AbortSignal.any(signals);
	}

	/** The time limit of one request, in ms: at most a second past the deadline. */
	private timeoutMs(url = this.baseUrl): number {
		const left = (this.limits.deadline ?? Infinity) - Date.now();
		const most = this.service.outages.isSilent(url) ? SHORT_TIMEOUT_MS : REQUEST_TIMEOUT_MS;
		return Math.max(1_000, Math.min(most, left));
	}

	/**
	 * A single try. Replies whose status passes `accept` are a success; for the others, and for no reply at
	 * all, returns the error to end with and whether another try can help.
	 */
	async attempt(
		request: ApiRequest,
		options: Partial<IHttpRequestOptions>,
		send: Send,
		accept: (status: number) => boolean,
	): Promise<Attempt<OpenReply, NodeApiError>> {
		const { method = 'GET', path, query, body, headers, timeoutMs } = request;
		const repeatable = request.isRepeatable ?? method === 'GET';
		const url = this.urlOf(path);
		const connection = new AbortController();
		const giveUp = () => connection.abort();
		const signal = this.signalFor(request.signal, connection.signal);
		try {
			const reply = await send({
				method,
				url,
				qs: query,
				body,
				headers,
				arrayFormat: 'repeat',
				timeout: timeoutMs ?? this.timeoutMs(url),
				// If the host followed a redirect, it would carry the key wherever that points.
				disableFollowRedirect: true,
				ignoreHttpStatusErrors: true,
				returnFullResponse: true,
				abortSignal: signal,
				...options,
			});
			if (accept(reply.statusCode)) return { ok: true, value: { ...reply, giveUp } };

			// The host's own timeout ends once the headers have arrived.
			AbortSignal.timeout(this.timeoutMs()).addEventListener('abort', giveUp, { once: true });
			const replyBody = await readBody(reply.body, false).catch(() => '');
			giveUp();
			const { statusCode: status, headers: replyHeaders } = reply;
			const said = { status, headers: replyHeaders, body: replyBody };
			return {
				ok: false,
				error: statusError(this.info(request), said),
				retryable: repeatable && RETRYABLE_STATUSES.has(status),
				retryAfterMs: readRetryAfter(replyHeaders, replyBody),
			};
		} catch (error) {
			const info = this.info(request);
			if (error instanceof ReplyTooLarge) {
				return { ok: false, error: sizeError(info, error.message), retryable: false };
			}
			const code = networkCode(error) ?? '';
			const isStopped = this.limits.signal?.aborted === true;
			const isGivenUp = signal.aborted || code === 'ERR_CANCELED';
			return {
				ok: false,
				error: networkError(info, error, url, isStopped),
				retryable: !isGivenUp && isPassing(error, url) && (repeatable || NEVER_SENT.has(code)),
			};
		}
	}
}

const loadOf = ({ statusCode, headers, body }: ApiReply): Load => ({
	isTooMuch: statusCode === 429,
	retryAfterMs: readRetryAfter(headers, body),
});
