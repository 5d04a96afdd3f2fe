import { join } from 'node:path';
import { execa } from 'execa';

import type { Bar, Bench, Table } from '../report';
import { median } from '../report';
import { startSandboxProcess, type SandboxProcess } from '../sandbox';
import { uploadByCurl } from './curl';
import { startUploader } from './index';

const MIB = 2 ** 20;
const LARGE_BYTES = 2 * 2 ** 30;
const KILLED_BYTES = 4 * 2 ** 30;
const PART_BYTES = 64 * MIB;
/** Connections per file. */
const CONNECTIONS = 4;
const LINE = { address: '127.0.0.2', bytesPerSecond: 50e6, fileBytes: 512 * MIB, rounds: 3 };
const SMALL = { files: 200, bytes: 147_000, latencyMs: 20 };

/** How fast files are uploaded, how much memory that takes, and what a crash costs. */
export const uploads: Bench = {
	async run(say) {
		const sandbox = await startSandboxProcess();
		try {
			await sandbox.steer.options({ partSize: PART_BYTES });
			const reports = [
				await large(sandbox, say),
				await small(sandbox, say),
				await onALine(sandbox, say),
				await killed(sandbox, say),
			];
			const rows = reports.map(({ row }) => row);
			const table = { title: 'Uploads, filesystem mode', head: ['', 'seconds', '', ''], rows };
			return { tables: [table], bars: reports.flatMap(({ bars }) => bars) };
		} finally {
			await sandbox.close();
		}
	},
};

interface Part {
	row: Table['rows'][number];
	bars: Bar[];
}

const mib = (bytes: number): string => `${Math.round(bytes / MIB)} MiB`;
const wanted = (
	{ url, apiKey }: SandboxProcess,
	files: Array<{ name: string; bytes: number }>,
) => ({
	...{ url, apiKey, files },
	concurrency: 8,
});

async function large(sandbox: SandboxProcess, say: (text: string) => void): Promise<Part> {
	say('One file of 2 GiB on loopback');
	const uploader = startUploader();
	try {
		await uploader.ask(wanted(sandbox, [{ name: 'warm-up.csv', bytes: 8 * MIB }]));
		const file = { name: 'large.csv', bytes: LARGE_BYTES };
		const { ms, growth, bytes } = await uploader.ask(wanted(sandbox, [file]));
		const speed = bytes / MIB / (ms / 1_000);
		say(`${(ms / 1_000).toFixed(1)} s, ${mib(growth)} more memory`);
		return {
			row: [
				'one file of 2 GiB',
				ms / 1_000,
				`${Math.round(speed)} MiB a second`,
				`${mib(growth)} more memory`,
			],
			bars: [
				{
					name: 'uploads: growth, one file of 2 GiB',
					value: Math.round(growth / MIB),
					limit: 64,
					unit: 'MiB',
				},
				{
					...{ name: 'uploads: one file of 2 GiB on loopback', value: Math.round(speed) },
					...{ limit: 60, unit: 'MiB a second', isLeast: true },
				},
				{ name: 'uploads: bytes missing', value: LARGE_BYTES - bytes, limit: 0, unit: 'bytes' },
			],
		};
	} finally {
		await uploader.close();
	}
}

async function small(sandbox: SandboxProcess, say: (text: string) => void): Promise<Part> {
	say(`${SMALL.files} files of ${SMALL.bytes} bytes, ${SMALL.latencyMs} ms`);
	const uploader = startUploader();
	await sandbox.steer.options({ latencyMs: SMALL.latencyMs });
	// Asking for a CSV's size makes the sandbox count rows: longer work than what is measured.
	const filesOf = (round: string) =>
		Array.from({ length: SMALL.files }, (_, at) => ({
			...{ name: `${round}-${at}.txt`, bytes: SMALL.bytes },
		}));
	try {
		await uploader.ask(wanted(sandbox, filesOf('warm').slice(0, 20)));
		const together = await uploader.ask(wanted(sandbox, filesOf('together')));
		const single = await uploader.ask({ ...wanted(sandbox, filesOf('single')), concurrency: 1 });
		const times = Math.round((single.ms / together.ms) * 10) / 10;
		say(`${(together.ms / 1_000).toFixed(1)} s, one by one ${(single.ms / 1_000).toFixed(1)} s`);
		return {
			row: [`${SMALL.files} small files`, together.ms / 1_000, `${times} times one by one`, ''],
			bars: [
				{
					...{ name: 'uploads: small files against one by one', value: times },
					...{ limit: 4, unit: 'times', isLeast: true },
				},
			],
		};
	} finally {
		await sandbox.steer.options({ latencyMs: 0 });
		await uploader.close();
	}
}

async function onALine(sandbox: SandboxProcess, say: (text: string) => void): Promise<Part> {
	const { address, bytesPerSecond, fileBytes, rounds } = LINE;
	const { url } = sandbox;
	const storage = await storagePort(sandbox);
	const ports = [new URL(url).port, storage];
	const line = execa(
		process.execPath,
		['--import', 'tsx', join(__dirname, 'line.ts'), address, String(bytesPerSecond), ...ports],
		{ reject: false },
	);
	for await (const chunk of line.stdout!) if (String(chunk).includes('ready')) break;
	const there = { ...sandbox, url: url.replace('127.0.0.1', address) };
	const uploader = startUploader();
	const ratios: number[] = [];
	let seconds = 0;
	try {
		await uploader.ask(wanted(there, [{ name: 'line-warm-up.csv', bytes: 8 * MIB }]));
		for (let round = 0; round < rounds; round++) {
			const file = { name: `line-${round}.csv`, bytes: fileBytes };
			const ours = await uploader.ask(wanted(there, [file]));
			const curl = await uploadByCurl(there, { ...file, name: `curl-${round}.csv` });
			say(
				`On a line of 50 MB/s: ${(ours.ms / 1_000).toFixed(1)} s, curl ${(curl / 1_000).toFixed(1)} s`,
			);
			ratios.push(curl / ours.ms);
			seconds = ours.ms / 1_000;
		}
	} finally {
		line.kill();
		await uploader.close();
	}
	const ratio = Math.round(median(ratios) * 100) / 100;
	return {
		row: [`${mib(fileBytes)} on a line of 50 MB/s`, seconds, `${ratio} of curl's speed`, ''],
		bars: [
			{
				...{ name: 'uploads: on a line of 50 MB/s, against curl', value: ratio },
				...{ limit: 0.9, unit: "of curl's speed", isLeast: true },
			},
		],
	};
}

/** The storage's port, as given in a link. */
async function storagePort({ url, apiKey }: SandboxProcess): Promise<string> {
	const body = { filename: 'port.csv', file_type: 'text/csv', num_bytes: 1 };
	const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
	const request = { method: 'POST', headers, body: JSON.stringify(body) };
	const reply = await fetch(`${url}/files/uploads/initiate`, request);
	const { parts } = (await reply.json()) as { parts: Array<{ url: string }> };
	return new URL(parts[0]!.url).port;
}

async function killed(sandbox: SandboxProcess, say: (text: string) => void): Promise<Part> {
	const { steer } = sandbox;
	await steer.reset({ only: ['stats'] });
	const file = { name: 'killed.csv', bytes: KILLED_BYTES };
	const parts = KILLED_BYTES / PART_BYTES;
	const puts = async () => (await steer.requests()).filter(({ method }) => method === 'PUT').length;
	const at = 1 + Math.floor(Math.random() * (parts - 8));
	say(`4 GiB in ${parts} parts, killed once ${at} have arrived`);
	const first = startUploader();
	const dying = first.ask(wanted(sandbox, [file])).catch(() => undefined);
	while ((await puts()) < at)
		await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
	first.kill();
	await dying;
	const second = startUploader();
	try {
		const { ms, bytes } = await second.ask(wanted(sandbox, [file]));
		const twice = (await puts()) - parts;
		return {
			row: ['4 GiB, killed and run again', ms / 1_000, `${twice} parts sent twice`, ''],
			bars: [
				{
					name: 'uploads: parts sent twice after a kill',
					value: twice,
					limit: CONNECTIONS,
					unit: 'parts',
				},
				{
					name: 'uploads: bytes missing after a kill',
					value: KILLED_BYTES - bytes,
					limit: 0,
					unit: 'bytes',
				},
			],
		};
	} finally {
		await second.close();
	}
}
