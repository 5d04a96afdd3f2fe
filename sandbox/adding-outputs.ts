import { Readable } from 'node:stream';
import { z } from 'zod';
import { randomId } from './ids';
import { portsOf } from './pipelines';
import type { Service } from './service';
import type { Job } from './store/jobs';
import type { OutputContent } from './store/types';

/** Body of `POST /_sandbox/jobs/{id}/outputs`: outputs to add, in order of creation. */
export const outputsSchema = z.array(
	z
		.object({
			filename: z.string(),
			/** The file's text. */
			content: z.string().optional(),
			/** The file's bytes, instead of `content`. */
			base64: z.string().optional(),
			/** Size of a generated CSV, instead of either. */
			bytes: z.number().int().min(0).optional(),
			/** The `num_bytes` to report instead of the true one. */
			numBytes: z.number().int().optional(),
			fileType: z.string().default('text/csv'),
			portName: z.string().optional(),
			/** The input it was made from; the job's first tracked one, or null for none. */
			inputId: z.string().nullable().optional(),
		})
		.strict(),
);

export type OutputRequest = z.input<typeof outputsSchema>[number];

/** Adds outputs to a job in any status. Returns their ids. */
export async function addOutputs(
	service: Service,
	job: Job,
	requests: z.output<typeof outputsSchema>,
): Promise<string[]> {
	const { clock, jobs } = service;
	const record = jobs.record(job);
	const ids: string[] = [];
	for (const request of requests) {
		const content = await contentOf(service, request, record.nextOutput);
		const inputId = request.inputId === undefined ? firstTracked(record.inputs) : request.inputId;
		const id = randomId('out');
		record.outputs.push({
			id,
			number: record.nextOutput++,
			port_name: request.portName ?? portsOf(job.spec.pipelineKey).outputs,
			input_id: inputId,
			input_file_id: record.inputs.find((input) => input.id === inputId)?.file_id ?? null,
			filename: request.filename,
			file_type: request.fileType,
			num_bytes: request.numBytes ?? content.bytes,
			created_at: clock.now(),
			content,
		});
		ids.push(id);
	}
	return ids;
}

function firstTracked(inputs: Array<{ id: string; status: string }>): string | null {
	return inputs.find(({ status }) => status !== 'reference')?.id ?? null;
}

async function contentOf(
	{ blobs }: Service,
	{ bytes, content, base64 }: z.output<typeof outputsSchema>[number],
	number: number,
): Promise<OutputContent> {
	if (bytes !== undefined) return { kind: 'generated', bytes, start: number };
	const file = base64 === undefined ? Buffer.from(content ?? '') : Buffer.from(base64, 'base64');
	const blob = await blobs.write(Readable.from([file]));
	return { kind: 'blob', blob: blob.id, bytes: blob.bytes, md5: blob.md5 };
}
