import type { Micros } from '../clock';

/** A file in the organisation's storage, found by its name. */
export interface StoredFile {
	/** The file's name: the service uses it as its id everywhere. */
	file_id: string;
	file_uid: string;
	file_type: string;
	num_bytes: number;
	blob: string;
	md5: string;
	created_at: Micros;
	/** What is known about its content, once requested. */
	attributes?: object;
}

/** All uploaded files. A file replaces any earlier one of the same name. */
export class FileStore {
	private files = new Map<string, StoredFile>();

	/** Adds the file. Returns the one it replaces, whose blob is no longer needed. */
	put(file: StoredFile): StoredFile | undefined {
		const replaced = this.files.get(file.file_id);
		this.files.set(file.file_id, file);
		return replaced;
	}

	delete(fileId: string) {
		this.files.delete(fileId);
	}

	get(fileId: string): StoredFile | undefined {
		return this.files.get(fileId);
	}

	all(): StoredFile[] {
		return [...this.files.values()];
	}

	/** Replaces all files with these. */
	load(files: StoredFile[]) {
		this.files = new Map(files.map((file) => [file.file_id, file]));
	}
}
