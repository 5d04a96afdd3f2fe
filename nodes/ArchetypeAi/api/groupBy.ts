/** The values grouped by key; groups and values keep the order of first appearance. */
export function groupBy<Value>(values: Value[], keyOf: (value: Value) => string): Value[][] {
	const groups = new Map<string, Value[]>();
	for (const value of values) {
		const group = groups.get(keyOf(value));
		if (group === undefined) groups.set(keyOf(value), [value]);
		else group.push(value);
	}
	return [...groups.values()];
}
