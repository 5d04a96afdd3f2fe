import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const dist = join(__dirname, '../../dist');

/** Help pages the editor links to. */
const HELP = ['docs.n8n.io', 'github.com'];
/** The XML namespace that identifies SVG; no request is ever made to it. */
const NAMES = ['www.w3.org'];
const KNOWN = ['api.u1.archetypeai.app', ...HELP, ...NAMES];

test('no telemetry: what is packed names no host but the service and pages of help', () => {
	const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
	const code = files.filter((file) => file.endsWith('.js'));
	expect(code.length).toBeGreaterThan(10);
	const hosts = code.flatMap((file) => {
		const text = readFileSync(join(dist, file), 'utf8');
		return [...text.matchAll(/https?:\/\/([a-z0-9][\w.-]*\.[a-z]{2,})/gi)].map(([, host]) => host!);
	});
	expect([...new Set(hosts)].filter((host) => !KNOWN.includes(host))).toEqual([]);
	expect(hosts).toContain('api.u1.archetypeai.app');
});
