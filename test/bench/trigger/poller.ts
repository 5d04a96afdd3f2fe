import { rmSync } from 'node:fs';

import { userFolder } from '../../engine/harness/userFolder';
import { credentialFor, pollTrigger } from '../../engine/harness';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { SandboxProcess } from '../sandbox';

process.once('exit', () => rmSync(userFolder, { recursive: true, force: true }));

const MINUTE_MS = 60_000;

/** What one poll did. */
export interface PollCost {
	requests: number;
	/** Received, including headers. */
	bytes: number;
	ms: number;
	/** Items that it passed to the workflow. */
	items: number;
	/** The jobs of these items. */
	jobs: string[];
}

/** The trigger with its default events, polling a sandbox once per minute of sandbox time. */
export class Poller {
	private staticData: IDataObject = {};

	constructor(
		private readonly sandbox: SandboxProcess,
		private readonly parameters: INodeParameters = {},
	) {}

	/** Polls a minute after the last poll. */
	async poll(): Promise<PollCost> {
		const { steer } = this.sandbox;
		await steer.clock({ advance: MINUTE_MS });
		await steer.reset({ only: ['stats'] });
		const start = performance.now();
		const { items, staticData } = await pollTrigger(
			{ watch: 'any', ...this.parameters },
			{ credential: credentialFor(this.sandbox), staticData: this.staticData },
		);
		const ms = performance.now() - start;
		this.staticData = staticData;
		const { requests, bytes } = (await steer.stats()).api;
		const jobs = (items ?? []).map(({ json }) => json.id as string);
		return { requests, bytes, ms, items: jobs.length, jobs };
	}

	/** Size of what n8n stores between two polls, in bytes. */
	get stateBytes(): number {
		return Buffer.byteLength(JSON.stringify(this.staticData));
	}
}
