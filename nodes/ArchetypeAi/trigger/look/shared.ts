import type { JobPage, JobSource } from '../source';

/** How old a reply may be that another trigger asked for, ms: a start comes so much later at most. */
const MOST_AGE_MS = 10_000;
const MOST_REPLIES = 64;

interface Reply {
	/** When it was asked for, epoch ms. */
	at: number;
	page: Promise<JobPage>;
}

/** Replies of the last seconds, by what was asked for; those asked for first in front. */
const replies = new Map<string, Reply>();

/**
 * A source whose pages serve all triggers of one account: many published workflows ask for the same
 * ones. `of`: the account and the filters. `after`: replies asked for before that are not taken, epoch
 * ms, so that no trigger gets the same one twice; and none at all where it is Infinity.
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
				// When it fails, this one asks for itself.
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
