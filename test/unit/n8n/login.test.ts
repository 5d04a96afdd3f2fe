import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keepLogin, keptLogin, loginInWords } from '../../../tools/n8n/login';

const login = { port: 5680, owner: { email: 'demo@example.com', password: 'secret-A1' } };
let folder: string;
let file: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'demo-login-'));
	file = join(folder, 'login.json');
});
afterEach(() => rm(folder, { recursive: true }));

test('what one run of the demo keeps, the next one has, and no other user of the machine', async () => {
	await keepLogin(file, login);
	expect(await keptLogin(file)).toEqual(login);
	expect((await stat(file)).mode & 0o077).toBe(0);
});

test.each([undefined, '', '{', '{"port": "x"}', '[]'])(
	'%j in its place is nothing',
	async (text) => {
		if (text !== undefined) await writeFile(file, text);
		expect(await keptLogin(file)).toBeUndefined();
	},
);

test('address and login are said, and that the port of the last run is taken', () => {
	const words = loginInWords('http://127.0.0.1:5680', login, undefined);
	expect(words).toMatch(/http:\/\/127\.0\.0\.1:5680\n.*demo@example\.com\n.*secret-A1$/);
	expect(loginInWords('http://127.0.0.1:5680', login, login)).toBe(words);
	expect(loginInWords('http://127.0.0.1:7000', login, login)).toContain(
		'Port 5680 of the last run is taken',
	);
});
