import type { N8nInstallation } from '../../tools/n8n/install';

/** A way for n8n to poll, and the environment that selects it. */
export interface Scheduler {
	scheduler: string;
	isDurable: boolean;
	env: Record<string, string>;
}

const classic: Scheduler = { scheduler: 'the classic path', isDurable: false, env: {} };

/** Expected to become the default one day. */
const durable: Scheduler = {
	scheduler: 'the durable scheduler',
	isDurable: true,
	env: {
		N8N_SCHEDULER_ENABLED: 'true',
		N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
		N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
		N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	},
};

/** The ways this n8n can poll. */
export const schedulersOf = ({ version }: N8nInstallation): Scheduler[] =>
	version.startsWith('1.') ? [classic] : [classic, durable];
