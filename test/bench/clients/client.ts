/** Which files a client is to fetch. */
export interface Job {
	/** Base URL of the API. */
	url: string;
	apiKey: string;
	jobId: string;
}

/** What a client has on disk when it is done. */
export interface Files {
	files: number;
	bytes: number;
	/** Of the first file's content. Is computed when asked for, after the measurement. */
	sha256?: () => Promise<string>;
}

/** A way to fetch the files of a job; what `prepare` does is not measured. */
export interface Client {
	prepare?: (job: Job) => Promise<unknown>;
	fetch: (job: Job) => Promise<Files>;
}

/** Transfers at once of every client that has several; also this package's default. */
export const CONCURRENCY = 8;
