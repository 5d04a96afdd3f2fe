import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const textOf = (file: string) => readFileSync(join(__dirname, file), 'utf8');
const script = textOf('page.js');
const style = textOf('page.css');
const page = textOf('index.html')
	.replace('<script src="page.js"></script>', () => `<script>${script}</script>`)
	.replace('<link rel="stylesheet" href="page.css" />', () => `<style>${style}</style>`);

/** `GET /`: a page to watch and steer by hand. It holds no data; its script calls the steering API. */
export function pageRoute(app: FastifyInstance) {
	const policy = [
		`default-src 'none'`,
		`script-src ${hashOf(script)}`,
		`style-src ${hashOf(style)}`,
		`connect-src 'self'`,
		// The empty icon, so that browsers do not request one.
		`img-src data:`,
		`base-uri 'none'`,
		`form-action 'none'`,
		`frame-ancestors 'none'`,
	].join('; ');
	app.get('/', async (_request, reply) =>
		reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page),
	);
}

/** The CSP source for the one allowed script or style: its hash. */
function hashOf(text: string): string {
	return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
