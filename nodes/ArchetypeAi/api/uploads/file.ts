import type { IDataObject } from 'n8n-workflow';

import type { BinarySource } from './source';

/** A file that is to be uploaded. */
export interface LocalFile {
	/** Its name at the service, which is its ID there. */
	name: string;
	/** Content type. */
	type: string;
	source: BinarySource;
}

/** What the service says of a file that it has taken. */
export interface TakenFile extends IDataObject {
	file_id: string;
	file_uid?: string | null;
	num_bytes?: number | null;
	file_status?: string | null;
}

/** The subject of sentences about a file. */
export const subjectOf = ({ name }: Pick<LocalFile, 'name'>): string => `File "${name}"`;
