import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';

import { execa } from 'execa';
import getPort from 'get-port';
import type { IDataObject } from 'n8n-workflow';

import { until } from '../../../tools/n8n/until';

const USER = 'n8n';
const START_TIMEOUT_MS = 30_000;
/** Where Debian and Ubuntu install the binaries of each major version. */
const DEBIAN = '/usr/lib/postgresql';

const PROGRAMS = ['initdb', 'postgres', 'psql'];

/** A PostgreSQL server with one database. */
export interface Database {
	/** The data of n8n's `postgres` credential for it. */
	credential: IDataObject;
	/** The environment that makes n8n keep its own data there. */
	env: Record<string, string>;
	/** Runs SQL; returns the rows as psql prints them: one per line, with `|` between columns. */
	query(sql: string): Promise<string[]>;
	close(): Promise<void>;
}

/**
 * The folder of PostgreSQL's binaries; undefined if it is not installed.
 *
 * @throws Error if it is not installed in CI
 */
export function findPostgres(): string | undefined {
	const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort().reverse() : [];
	const folders = (process.env.PATH ?? '').split(delimiter);
	folders.push(...versions.map((version) => join(DEBIAN, version, 'bin')));
	const found = folders.find((folder) => PROGRAMS.every((name) => existsSync(join(folder, name))));
	if (!found && process.env.CI) throw new Error('PostgreSQL is not installed; .ci/run does that.');
	return found;
}

/** Starts a new PostgreSQL on a free port, in a folder that is deleted on close. */
export async function startDatabase(programs: string): Promise<Database> {
	const folder = await mkdtemp(join(tmpdir(), 'host-test-postgres-'));
	const data = join(folder, 'data');
	const passwordFile = join(folder, 'password');
	const password = randomBytes(9).toString('hex');
	await writeFile(passwordFile, password);

	const owner = await unprivileged();
	for (const path of owner ? [folder, passwordFile] : []) await chown(path, owner!.uid, owner!.gid);
	const options = { ...owner, cwd: folder, env: { LC_ALL: 'C' } };
	await execa(
		join(programs, 'initdb'),
		['-D', data, '-U', USER, '-E', 'UTF8', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
		options,
	);
	const port = await getPort();
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
	const server = execa(
		join(programs, 'postgres'),
		['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
		{ ...options, reject: false },
	);

	const query = async (sql: string): Promise<string[]> => {
		const args = ['-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', 'postgres', '-qAt'];
		const { stdout } = await execa(join(programs, 'psql'), [...args, '-c', sql], {
			env: { PGPASSWORD: password },
		});
		return stdout.split('\n').filter(Boolean);
	};
	const close = async () => {
		// A fast shutdown, which disconnects sessions.
		server.kill('SIGINT');
		await server;
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await until(START_TIMEOUT_MS, 'PostgreSQL did not answer', () =>
			query('SELECT 1').then(
				() => true,
				() => false,
			),
		);
	} catch (error) {
		await close();
		throw error;
	}
	return {
		credential: {
			...{ host: '127.0.0.1', port, database: 'postgres', user: USER, password },
			...{ maxConnections: 10, ssl: 'disable', allowUnauthorizedCerts: false, sshTunnel: false },
		},
		env: {
			...{ DB_TYPE: 'postgresdb', DB_POSTGRESDB_HOST: '127.0.0.1' },
			...{ DB_POSTGRESDB_PORT: String(port), DB_POSTGRESDB_DATABASE: 'postgres' },
			...{ DB_POSTGRESDB_USER: USER, DB_POSTGRESDB_PASSWORD: password },
		},
		query,
		close,
	};
}

/** PostgreSQL refuses to run as root: the user to run as instead; undefined if not root. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const id = async (option: string) => Number((await execa('id', [option, 'nobody'])).stdout);
	return { uid: await id('-u'), gid: await id('-g') };
}
