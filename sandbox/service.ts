import { join } from 'node:path';
import { Clock, type Micros } from './clock';
import { Engine } from './engine/engine';
import { Faults } from './http/faults';
import { Traffic } from './http/traffic';
import type { Behaviour, StartOptions } from './options';
import { Links } from './storage/links';
import { Objects } from './storage/objects';
import { DiskBlobs, MemoryBlobs, type BlobStore } from './store/blobs';
import { FileStore, type StoredFile } from './store/files';
import { JobStore, type JobStoreData } from './store/jobs';
import { BLOBS, closeDataFolder } from './store/private';
import { Snapshot } from './store/snapshot';
import { UploadStore, type Upload } from './store/uploads';

/** The organisation that every job and file belongs to. */
export const ORGANISATION = 'org_2q7vd5bt4ce6w9fh1kzxs8jm30';

/** What the engine works with. */
export interface ServiceParts {
	/** Changed in place by the steering. */
	behaviour: Behaviour;
	clock: Clock;
	jobs: JobStore;
	files: FileStore;
	uploads: UploadStore;
	blobs: BlobStore;
	objects: Objects;
	/** Call this after changing anything that is kept on disk. */
	changed(): void;
}

/** Everything the routes and the steering share. */
export interface Service extends ServiceParts {
	engine: Engine;
	links: Links;
	faults: Faults;
	traffic: Traffic;
	/** Host names that clients may use, besides loopback and IP addresses. */
	allowedHosts: string[];
	/** Port of the storage origin; set before the first request. */
	storagePort: number;
	/** Returns the ids of all blobs still in use. */
	blobsInUse(): Set<string>;
	/** Stops background work and saves what is persistent. */
	stop(): Promise<void>;
}

/** What a data folder keeps. */
interface ServiceData {
	now: Micros;
	jobs: JobStoreData;
	files: StoredFile[];
	uploads: Upload[];
}

/**
 * Returns the service with the contents of its data folder; jobs resume where they left off.
 * Rejects if the folder cannot be read or holds something else.
 */
export async function makeService(start: StartOptions, behaviour: Behaviour): Promise<Service> {
	const clock = new Clock(start.speed);
	const jobs = new JobStore();
	const files = new FileStore();
	const uploads = new UploadStore();
	const blobs = start.data ? new DiskBlobs(join(start.data, BLOBS)) : new MemoryBlobs();
	const collect = () => ({
		...{ now: clock.now(), jobs: jobs.save() },
		...{ files: files.all(), uploads: uploads.all() },
	});
	const snapshot =
		start.data === undefined ? undefined : new Snapshot<ServiceData>(start.data, collect);
	const blobsInUse = () => {
		const outputs = jobs.recorded().flatMap((job) => jobs.record(job).outputs);
		return new Set([
			...files.all().map(({ blob }) => blob),
			...uploads.all().flatMap(({ parts }) => [...parts.values()].map(({ blob }) => blob)),
			...outputs.flatMap(({ content }) => (content.kind === 'blob' ? [content.blob] : [])),
		]);
	};
	const parts: ServiceParts = {
		...{ behaviour, clock, jobs, files, uploads, blobs },
		objects: new Objects(jobs, files, blobs),
		changed: () => snapshot?.changed(),
	};
	const engine = new Engine(parts);
	if (start.data !== undefined) await closeDataFolder(start.data);
	const kept = await snapshot?.read();
	if (kept) {
		clock.notBefore(kept.now);
		files.load(kept.files);
		uploads.load(kept.uploads);
		jobs.load(kept.jobs);
		await blobs.keepOnly(blobsInUse());
		for (const job of jobs.recorded()) engine.follow(job);
	}
	return {
		...parts,
		engine,
		links: new Links(clock),
		faults: new Faults(),
		traffic: new Traffic(clock),
		allowedHosts: [start.host, ...start.allowedHosts],
		storagePort: 0,
		blobsInUse,
		async stop() {
			engine.stopAll();
			await clock.stop();
			await snapshot?.flush();
		},
	};
}
