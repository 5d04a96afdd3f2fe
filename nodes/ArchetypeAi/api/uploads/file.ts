import type { IDataObject } from 'n8n-workflow';

import type { BinarySource } from './source';

/** A file to upload. */
export interface LocalFile {
	/** Its name at the service, where it is also its ID. */
	name: string;
	/** Content type. */
	type: string;
	source: BinarySource;
}

/** What the service says about an uploaded file. */
export interface TakenFile extends IDataObject {
	file_id: string;
	file_uid?: string | null;
	num_bytes?: number | null;
	file_status?: string | null;
}

/** The subject of sentences about a file. */
export const subjectOf = ({ name }: Pick<LocalFile, 'name'>): string => `File "${name}"`;
