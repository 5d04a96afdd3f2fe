import { readFile, writeFile } from 'node:fs/promises';

import { z } from 'zod';

import type { Owner } from './client';

const loginSchema = z.object({
	port: z.number().int(),
	owner: z.object({ email: z.string(), password: z.string() }),
});

/** The demo editor's address and login. */
export interface Login {
	port: number;
	owner: Owner;
}

/** What `keepLogin` saved in this file; undefined if it is missing or unreadable. */
export async function keptLogin(file: string): Promise<Login | undefined> {
	try {
		return loginSchema.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch {
		return undefined;
	}
}

/** Keeps address and login for the next run, so a bookmark and a saved password keep working. */
export async function keepLogin(file: string, login: Login): Promise<void> {
	await writeFile(file, JSON.stringify(login), { mode: 0o600 });
}

/** How to get into the editor, as lines of text; also says if its port has changed. */
export function loginInWords(url: string, { owner }: Login, before: Login | undefined): string {
	const port = Number(new URL(url).port);
	const lines = [`Editor    ${url}`, `e-mail    ${owner.email}`, `password  ${owner.password}`];
	if (before !== undefined && before.port !== port) {
		lines.push(`Port ${before.port} of the last run is taken, so the editor has moved.`);
	}
	return lines.join('\n');
}
