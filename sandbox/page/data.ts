import type { FastifyInstance } from 'fastify';
import { isoMicros } from '../clock';
import { withoutSecrets } from '../http/mask';
import { jobOf, type JobPath } from '../routes/jobs';
import { renderJob } from '../routes/render';
import type { Service } from '../service';
import { inOrder, pageOf, type Rows } from '../store/rows';
import { namedFaults, nameOfFault } from './named-faults';

/** Maximum rows of each list on the page. */
const SHOWN = { jobs: 50, files: 50, contents: 100 };

/** What the page shows, under `/_sandbox/page`. It contains no links and no secrets. */
export function pageDataRoutes(app: FastifyInstance, service: Service) {
	const masked = (value: unknown) => withoutSecrets(value, service.behaviour.apiKey);

	app.get('/page', async () => {
		const { total, jobs } = service.jobs.list({}, 0, SHOWN.jobs, 'newest');
		const { api, storage } = service.traffic.read();
		const files = service.files.all();
		return masked({
			now: isoMicros(service.clock.now()),
			requests: { api: api.requests, storage: storage.requests },
			jobs: { total, rows: jobs.map((job) => renderJob(service, job, 'read')) },
			files: newest({ length: files.length, at: (index) => files[index] }, SHOWN.files, (file) => ({
				...{ name: file.file_id, num_bytes: file.num_bytes, file_type: file.file_type },
			})),
			faults: { choices: namedFaults, on: faultsOn(service) },
		});
	});

	app.get<JobPath>('/page/jobs/:id', async ({ params }) => {
		const contents = service.jobs.contents(jobOf(service, params.id));
		return masked({
			inputs: newest(contents.inputs({}), SHOWN.contents, (input) => ({
				...{ name: input.file_id, port_name: input.port_name, num_bytes: input.num_bytes },
				...{ status: input.status, error_message: input.error_message },
			})),
			outputs: newest(contents.outputs({}), SHOWN.contents, (output) => ({
				...{ name: output.filename, port_name: output.port_name, num_bytes: output.num_bytes },
			})),
		});
	});
}

/** The faults that are still active. */
function faultsOn({ faults }: Service) {
	return faults
		.list()
		.filter(({ times, struck }) => times === null || struck < times)
		.map((fault) => ({ id: fault.id, name: nameOfFault(fault), struck: fault.struck }));
}

/** The first rows of a list, newest first, and how many there are. */
function newest<Row>(rows: Rows<Row>, limit: number, show: (row: Row) => object) {
	return { total: rows.length, rows: pageOf(inOrder(rows, 'newest'), 0, limit).map(show) };
}
