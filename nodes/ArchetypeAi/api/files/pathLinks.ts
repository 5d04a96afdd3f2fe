import type { Links } from './links';
import type { RemoteFile } from './remoteFile';

/** The content of uploaded files comes from an API path, which does not expire. */
export class PathLinks implements Links {
	/** The API does not pass on an ETag from storage. */
	haveChecksums = false;

	async fresh(file: RemoteFile): Promise<RemoteFile> {
		return file;
	}

	async renew(stale: RemoteFile): Promise<RemoteFile> {
		return stale;
	}
}
