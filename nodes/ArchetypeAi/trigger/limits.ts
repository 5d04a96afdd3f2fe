/** How much a poll reads at once, and how much is remembered; tests make all of it small. */
export interface Limits {
	/** Rows read at the edge in a quiet poll: enough to see new jobs, few enough to stay cheap. */
	edgeRows: number;
	/** Of these, room for new jobs when the edge is the end of the list; the others are known. */
	newEdgeRows: number;
	pageRows: number;
	sweepRows: number;
	/** Pages to search per poll, at most, for rows that were counted but not found. */
	searchPages: number;
	/** Ended jobs remembered one by one: new ones, and others by their latest end. */
	newJobs: number;
	ends: number;
	/** Requests per poll, at most; and with more than `manyJobs` active jobs. */
	requests: number;
	requestsWithMany: number;
	manyJobs: number;
	/** Pages of active jobs per poll, at most; and when they are read from the whole list. */
	activePages: number;
	wholePages: number;
}

export const LIMITS: Limits = {
	edgeRows: 20,
	newEdgeRows: 10,
	pageRows: 100,
	sweepRows: 40,
	searchPages: 20,
	newJobs: 1_200,
	ends: 500,
	requests: 200,
	requestsWithMany: 60,
	manyJobs: 5_000,
	activePages: 43,
	wholePages: 53,
};
