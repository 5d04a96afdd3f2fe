/** How much a poll reads at a time, and how much is remembered; tests make all of it small. */
export interface Limits {
	/** Rows of the list's edge in a quiet poll: enough to see new jobs, few enough to stay cheap. */
	edgeRows: number;
	/** Of these, room for new jobs where the edge is the list's end; the others are known. */
	newEdgeRows: number;
	pageRows: number;
	sweepRows: number;
	/** First-run and retried events remembered one by one; about 24 KiB together. */
	firstRuns: number;
	retries: number;
}

export const LIMITS: Limits = {
	edgeRows: 20,
	newEdgeRows: 10,
	pageRows: 100,
	sweepRows: 40,
	firstRuns: 1_200,
	retries: 500,
};
