import { setTimeout as delay } from 'node:timers/promises';
import type { TestSandbox } from './useSandbox';

/** Resolves when no request to the service or its storage is open any more. */
export async function noneOpen({ steer }: TestSandbox): Promise<void> {
	const isOpen = () => {
		const { api, storage } = steer.stats();
		return api.concurrent.open + storage.concurrent.open > 0;
	};
	while (isOpen()) await delay(5);
}
