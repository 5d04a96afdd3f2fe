import type { Micros } from '../clock';

/** A byte range of a file that was or will be uploaded on its own. */
export interface UploadPart {
	blob: string;
	bytes: number;
	md5: string;
	/** The client has confirmed it: a resumed upload leaves it out. */
	isCheckpointed: boolean;
}

/** A presigned multipart upload. */
export interface Upload {
	upload_id: string;
	file_uid: string;
	filename: string;
	file_type: string;
	num_bytes: number;
	part_size: number;
	num_parts: number;
	integrity_algorithm: 'none' | 'crc32c';
	state: 'open' | 'complete' | 'aborted';
	created_at: Micros;
	/** Parts that arrived, by number; the first is 1. */
	parts: Map<number, UploadPart>;
}

/** All multipart uploads. */
export class UploadStore {
	private uploads = new Map<string, Upload>();

	add(upload: Upload) {
		this.uploads.set(upload.upload_id, upload);
	}

	get(uploadId: string): Upload | undefined {
		return this.uploads.get(uploadId);
	}

	/** Returns the newest upload of this name that is still in progress. */
	findOpen(filename: string): Upload | undefined {
		return this.all()
			.reverse()
			.find((upload) => upload.filename === filename && upload.state === 'open');
	}

	all(): Upload[] {
		return [...this.uploads.values()];
	}

	/** Replaces all uploads with these. */
	load(uploads: Upload[]) {
		this.uploads = new Map(uploads.map((upload) => [upload.upload_id, upload]));
	}
}

/** Returns where a part begins in the file and how long it is, in bytes. */
export function partRange(upload: Upload, part: number): { offset: number; length: number } {
	const offset = (part - 1) * upload.part_size;
	return { offset, length: Math.min(upload.part_size, upload.num_bytes - offset) };
}
