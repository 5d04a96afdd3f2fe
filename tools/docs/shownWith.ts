import type { INodeParameters } from 'n8n-workflow';

/**
 * What an operation is run with for its sample, beside its defaults and the job of the scene, by
 * `resource.operation`: only where the defaults show little or cannot be run.
 */
export const shownWith: Record<string, INodeParameters> = {
	'input.getMany': { filters: { status: ['failed'] } },
};

/** Operations that are shown while the job of the scene is running, since they need it to. */
export const shownWhileRunning: ReadonlySet<string> = new Set(['job.cancel']);
