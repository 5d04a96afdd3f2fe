import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inOneLine } from '../api/text';
import { isTool } from '../fields/tool';

/** The longest hint, whatever names are in it. */
const LONGEST_HINT = 2_000;
/** The most hints shown at once; many items may each add some. */
const MOST_HINTS = 5;

/**
 * What the reader should know about a result that is not an error: that there is more, that nothing
 * matched, that files were left out. Shown above the items in the editor.
 */
export class Hints {
	private readonly texts = new Set<string>();
	private readonly limits = new Set<string>();

	add(text: string): void {
		this.texts.add(text);
	}

	/** For a result cut off by its Limit. */
	addLimit(text: string): void {
		this.limits.add(text);
	}

	/** Shows the hints, once all items are there. */
	show(context: IExecuteFunctions, items: INodeExecutionData[]): void {
		const node = context.getNode();
		const last = items.at(-1);
		// An agent sees only the items.
		if (isTool(node) && last !== undefined && this.limits.size > 0) {
			last.json = { ...last.json, _more: [...this.limits].join(' ') };
		}
		// The editor shows its own hint when the number of items equals the field Limit.
		const isSaid = node.parameters.limit === items.length;
		const texts = [...(isSaid ? [] : this.limits), ...this.texts];
		const left = texts.length - MOST_HINTS;
		const shown = left > 0 ? [...texts.slice(0, MOST_HINTS), `… and ${left} more hints`] : texts;
		if (shown.length === 0) return;
		context.addExecutionHints(
			...shown.map((text) => {
				// The editor shows hints as HTML, and names of files and columns are untrusted.
				return { message: inOneLine(text, LONGEST_HINT), location: 'outputPane' as const };
			}),
		);
	}
}
