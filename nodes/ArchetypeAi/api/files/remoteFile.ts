import type { DataRef } from '../dataRef';
import { safeFileName } from '../fileName';

/** Bytes behind a link: a row in one of the service's lists that says where the bytes are. */
export interface RemoteFile {
	/** Its ID in its list. */
	id: string;
	/** The link, and what the service says about name, type and size. */
	data: DataRef;
	/** When the link ends; undefined or null where the service does not say. */
	expires_at?: string | null;
}

/** The name of a file, safe to write. */
export const safeNameOf = ({ data, id }: RemoteFile): string => safeFileName(data.filename, id);
