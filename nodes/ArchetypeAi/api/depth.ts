/** The deepest nesting allowed in values of the service and rows of files. */
export const MOST_LEVELS = 100;

/**
 * Whether a value is nested deeper than that. n8n cannot store such an item, and functions that walk
 * it fail with "Maximum call stack size exceeded".
 */
export function isTooDeep(value: unknown): boolean {
	let level: unknown[] = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth >= MOST_LEVELS) return true;
		const next: unknown[] = [];
		for (const one of level) {
			if (typeof one !== 'object' || one === null) continue;
			for (const inner of Object.values(one)) {
				if (typeof inner === 'object' && inner !== null) next.push(inner);
			}
		}
		level = next;
	}
	return false;
}

export const TOO_DEEP = `it is nested deeper than ${MOST_LEVELS} levels`;
