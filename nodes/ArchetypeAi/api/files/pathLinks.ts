import type { Links } from './links';
import type { RemoteFile } from './remoteFile';

/** The content of uploaded files comes from a path of the API, which does not expire. */
export class PathLinks implements Links {
	/** The API gives no ETag of a storage. */
	haveChecksums = false;

	async fresh(file: RemoteFile): Promise<RemoteFile> {
		return file;
	}

	async renew(stale: RemoteFile): Promise<RemoteFile> {
		return stale;
	}
}
