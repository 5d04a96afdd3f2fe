import type { NodeApiError } from 'n8n-workflow';

import { withRetry } from './retry';
import type { Attempt, RetryLimits } from './retry';

/** Tries of a request to a host that did not answer before, and to one that answered only with failures. */
const TRIES_WITHOUT_ANSWER = 1;
const TRIES_AFTER_FAILURES = 2;

/** The time limit for a host that did not answer before, ms. */
export const SHORT_TIMEOUT_MS = 15_000;

/**
 * Remembers, for one execution, the hosts for which all retries failed: later requests to them are tried
 * less often, so that a hundred items without a network take seconds, not minutes. The first good answer
 * resets it.
 */
export class Outages {
	private readonly tries = new Map<string, number>();

	/** Whether the host did not answer the last request, however often it was tried. */
	isSilent(url: string): boolean {
		return this.tries.get(hostOf(url)) === TRIES_WITHOUT_ANSWER;
	}

	/**
	 * `withRetry` for requests to one host.
	 *
	 * @throws what `withRetry` throws; the error says so if fewer tries were made.
	 */
	async retry<T>(
		url: string,
		attempt: () => Promise<Attempt<T, NodeApiError>>,
		limits: RetryLimits,
	): Promise<T> {
		const host = hostOf(url);
		const most = this.tries.get(host);
		const attempts = most === undefined ? limits.attempts : Math.min(most, limits.attempts ?? most);
		const outcomes: Array<Attempt<T, NodeApiError>> = [];
		const tryOnce = async () => {
			const outcome = await attempt();
			outcomes.push(outcome);
			return outcome;
		};
		try {
			return await withRetry(tryOnce, { ...limits, attempts });
		} finally {
			const outcome = outcomes.at(-1);
			if (outcome?.ok === false && outcome.retryable) {
				this.note(host, outcome.error);
				if (most !== undefined) sayFewerTries(outcome.error, most);
			} else if (outcome !== undefined) {
				this.tries.delete(host);
			}
		}
	}

	private note(host: string, { httpCode }: NodeApiError): void {
		// A busy service says itself how long to wait.
		if (httpCode === '429') return;
		this.tries.set(host, httpCode === null ? TRIES_WITHOUT_ANSWER : TRIES_AFTER_FAILURES);
	}
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');

function sayFewerTries(error: NodeApiError, tries: number): void {
	const [advice, ...rest] = (error.description ?? '').split('\n');
	const often = tries === 1 ? 'once' : `${tries} times`;
	const said = `It was tried only ${often}, since all tries of an earlier request in this run failed.`;
	error.description = [`${advice} ${said}`, ...rest].join('\n');
}
