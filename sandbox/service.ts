import type { Clock } from './clock';
import type { Faults } from './http/faults';
import type { Traffic } from './http/traffic';
import type { Behaviour } from './options';
import type { Links } from './storage/links';
import type { Objects } from './storage/objects';
import type { BlobStore } from './store/blobs';
import type { FileStore } from './store/files';
import type { JobStore } from './store/jobs';

/** The organisation that every job and file belongs to. */
export const ORGANISATION = 'org_2q7vd5bt4ce6w9fh1kzxs8jm30';

/** Everything the routes, the engine and the steering share. */
export interface Service {
	/** Changed in place by the steering. */
	behaviour: Behaviour;
	clock: Clock;
	jobs: JobStore;
	files: FileStore;
	blobs: BlobStore;
	objects: Objects;
	links: Links;
	faults: Faults;
	traffic: Traffic;
	/** Port of the storage origin; set before the first request. */
	storagePort: number;
}
