import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { checkName } from './files';
import { read } from './query';

/** The official client sends this many at once. */
const MOST_NAMES = 64;

const body = z.object({
	credentials: z.record(z.string()).nullable().default(null),
	filenames: z.array(z.string().min(1)).min(1).max(MOST_NAMES),
});

/**
 * `POST /files/s3`, with which the official client has files fetched from S3. Undocumented. Nothing
 * is fetched here: the response says so for each file, the way the Files API reports failures with
 * status 200, and the credentials are ignored.
 */
export function s3Routes(app: FastifyInstance) {
	void app.register(async (scope) => {
		// That client sends no content type.
		const parseJson = scope.getDefaultJsonParser('error', 'error');
		scope.removeContentTypeParser('*');
		scope.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, text, done) => {
			void parseJson(request, text, done);
		});
		scope.post('/files/s3', async (request) => {
			const { filenames } = read(body, request.body);
			const message = 'The sandbox fetches nothing from S3';
			const errors = [{ code: 's3_not_reached', message }];
			const files = filenames.map((filename) => ({
				...{ filename, file_id: checkName(filename), is_valid: false, errors },
			}));
			return { is_valid: false, files };
		});
	});
}
