/** Observations about files that affect how they are read, to be shown with the result. */
export class Findings {
	private readonly files = new Map<string, Set<string>>();

	/** `finding` completes a sentence: `fields separated by semicolons`. */
	add(finding: string, fileName: string): void {
		const names = this.files.get(finding);
		if (names === undefined) this.files.set(finding, new Set([fileName]));
		else if (names.size < MOST_COUNTED) names.add(fileName);
	}

	/** A sentence for each finding, with the first of the files it applies to. */
	get sentences(): string[] {
		return [...this.files].map(([finding, names]) => {
			const [first] = names;
			const others = names.size - 1;
			const more = others === 0 ? '' : ` and ${others} other file${others === 1 ? '' : 's'}`;
			return `${first}${more}: ${finding}`;
		});
	}
}

const MOST_COUNTED = 100_000;
