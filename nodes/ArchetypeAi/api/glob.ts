/**
 * Whether names match a pattern, ignoring case: `*` stands for any text, `?` for one character. The time
 * is proportional to the name times the longest text between two stars, whatever the pattern; `onStep` is
 * called for each character compared.
 */
export function globMatcher(glob: string, onStep = () => {}): (name: string) => boolean {
	const [start = [], ...others] = glob
		.toLowerCase()
		.split('*')
		.map((piece) => [...piece]);
	const end = others.pop();
	const isAt = (name: string[], piece: string[], at: number): boolean =>
		piece.every((character, place) => {
			onStep();
			return character === '?' ? at + place < name.length : character === name[at + place];
		});

	return (name) => {
		const characters = [...name.toLowerCase()];
		const { length } = characters;
		if (!isAt(characters, start, 0)) return false;
		if (end === undefined) return length === start.length;
		const last = length - end.length;
		if (last < start.length || !isAt(characters, end, last)) return false;

		// Each piece where it first fits: a later place would leave less for the pieces after it.
		let at = start.length;
		for (const piece of others) {
			while (at + piece.length <= last && !isAt(characters, piece, at)) at++;
			at += piece.length;
			if (at > last) return false;
		}
		return true;
	};
}
