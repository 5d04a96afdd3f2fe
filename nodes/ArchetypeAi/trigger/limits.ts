/** How much a poll reads at a time, and how much is remembered; tests make all of it small. */
export interface Limits {
	/** Rows of the list's edge in a quiet poll: enough to see new jobs, few enough to stay cheap. */
	edgeRows: number;
	/** Of these, room for new jobs where the edge is the list's end; the others are known. */
	newEdgeRows: number;
	pageRows: number;
	sweepRows: number;
	/** Pages of a search for rows that are counted and were not found, in one poll at most. */
	searchPages: number;
	/** Jobs seen ended that are remembered one by one: new ones, and others by their latest end. */
	newJobs: number;
	ends: number;
	/** Requests of a poll at most; and with more than `manyJobs` active ones. */
	requests: number;
	requestsWithMany: number;
	manyJobs: number;
	/** Pages of active jobs in one poll at most; and where they are read in the whole list. */
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
