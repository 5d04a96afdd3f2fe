import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Service } from '../service';
import type { StoredObject } from '../storage/objects';
import type { Job } from '../store/jobs';
import type { Output } from '../store/types';
import { fileNotFound, type FilePath } from './files';
import { outputKey, storageOrigin } from './render';

/** `GET /files/download/{file_id}`: uploaded files, and outputs by their relative `ref`. */
export function downloadRoutes(app: FastifyInstance, service: Service) {
	app.get<FilePath>('/files/download/:file_id', async (request, reply) => {
		const name = request.params.file_id;
		const file = service.files.get(name);
		if (file) return sendBytes(reply, service.objects.file(file));
		const found = findOutput(service, name);
		if (!found) throw fileNotFound(name);
		if (service.behaviour.refStyle !== 'redirect') {
			return sendBytes(reply, service.objects.output(found.output));
		}
		return reply.redirect(linkTo(service, request, found));
	});
}

interface FoundOutput {
	job: Job;
	output: Output;
}

/** An output's relative `ref` ends in `<job id>-<number>-<name>`. */
function findOutput(service: Service, name: string): FoundOutput | undefined {
	const [, jobId = '', number] = /^(job_\w+)-(\d+)-/.exec(name) ?? [];
	const job = service.jobs.find(jobId);
	const output = job && service.jobs.contents(job).output(Number(number));
	return output && { job, output };
}

function linkTo(service: Service, request: FastifyRequest, { job, output }: FoundOutput): string {
	const { path } = service.links.sign('GET', outputKey(job, output), service.behaviour.linkTtlMs);
	return `${storageOrigin(service, request)}${path}`;
}

function sendBytes(reply: FastifyReply, object: StoredObject) {
	return reply
		.header('content-length', object.bytes)
		.type('application/octet-stream')
		.send(object.read(0, object.bytes));
}
