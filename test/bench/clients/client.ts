/** Which files a client has to fetch. */
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
	/** Of the first file's content. Computed on demand, after the measurement. */
	sha256?: () => Promise<string>;
}

/** A way to fetch the files of a job; what `prepare` does is not measured. */
export interface Client {
	prepare?: (job: Job) => Promise<unknown>;
	fetch: (job: Job) => Promise<Files>;
}

/** Concurrent transfers of every client that supports several; also this package's default. */
export const CONCURRENCY = 8;
