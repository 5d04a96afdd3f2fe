import { randomUUID } from 'node:crypto';

/** A body of `multipart/form-data` with one file in it. */
export interface Form {
	contentType: string;
	body: Buffer;
}

/**
 * A form with a file, built by hand (RFC 7578): some hosts send a global Blob or FormData empty, and it takes
 * four times the memory. The name is escaped as browsers do.
 */
export function fileForm(name: string, type: string, content: Buffer): Form {
	const boundary = `n8n-${randomUUID()}`;
	const escaped = name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
	const head = [
		`--${boundary}`,
		`Content-Disposition: form-data; name="file"; filename="${escaped}"`,
		`Content-Type: ${type}`,
		'',
		'',
	].join('\r\n');
	const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
	return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}
