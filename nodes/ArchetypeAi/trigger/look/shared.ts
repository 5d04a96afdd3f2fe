import type { JobPage, JobSource } from '../source';

/** How old a reply to another trigger may be, ms; a start is delayed by this much at most. */
const MOST_AGE_MS = 10_000;
const MOST_REPLIES = 64;

interface Reply {
	/** When it was requested, epoch ms. */
	at: number;
	page: Promise<JobPage>;
}

/** Replies of the last few seconds, by request; the oldest first. */
const replies = new Map<string, Reply>();

/**
 * A source whose pages serve all triggers of one account, since many published workflows request the
 * same ones. `of`: the account and the filters. `after`: replies requested before this are not used,
 * epoch ms, so that no trigger gets the same one twice; Infinity excludes all of them.
 */
export function shared(source: JobSource, of: string, after: number, now: () => number): JobSource {
	return {
		get: async (jobId) => await source.get(jobId),
		async page(status, offset, limit) {
			const key = JSON.stringify([of, status, offset, limit]);
			const oldest = now() - MOST_AGE_MS;
			for (const [other, { at }] of replies) {
				if (at < oldest || replies.size > MOST_REPLIES) replies.delete(other);
			}
			const known = replies.get(key);
			if (known !== undefined && known.at > after) {
				// If it fails, this trigger makes its own request.
				const page = await known.page.catch(() => undefined);
				if (page !== undefined) return page;
			}
			const page = source.page(status, offset, limit);
			replies.delete(key);
			replies.set(key, { at: now(), page });
			page.catch(() => replies.delete(key));
			return await page;
		},
	};
}
