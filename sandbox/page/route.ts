import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const page = readFileSync(join(__dirname, 'index.html'), 'utf8');

/** `GET /`: a page to watch and steer by hand. It holds no data; its script calls the steering API. */
export function pageRoute(app: FastifyInstance) {
	const policy = [
		`default-src 'none'`,
		`script-src ${hashOf('script')}`,
		`style-src ${hashOf('style')}`,
		`connect-src 'self'`,
		`base-uri 'none'`,
		`form-action 'none'`,
		`frame-ancestors 'none'`,
	].join('; ');
	app.get('/', async (_request, reply) =>
		reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page),
	);
}

/** The policy's word for the one script or style that may run: its hash. */
function hashOf(element: 'script' | 'style'): string {
	const [, text = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page) ?? [];
	return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
