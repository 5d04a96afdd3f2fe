import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inOneLine } from '../api/text';
import { isTool } from '../fields/tool';

/** Characters of a hint, whatever names stand in it. */
const LONGEST_HINT = 2_000;
/** Hints shown at once; many items may give as many. */
const MOST_HINTS = 5;

/**
 * What the reader should know about a result that is no error: that there is more, that nothing
 * matched, that files were left out. Shown above the items in the editor.
 */
export class Hints {
	private readonly texts = new Set<string>();
	private readonly limits = new Set<string>();

	add(text: string): void {
		this.texts.add(text);
	}

	/** For a result that ends at its Limit although there is more. */
	addLimit(text: string): void {
		this.limits.add(text);
	}

	/** Shows what was added, once all items are there. */
	show(context: IExecuteFunctions, items: INodeExecutionData[]): void {
		const node = context.getNode();
		const last = items.at(-1);
		// An agent sees items and nothing else.
		if (isTool(node) && last !== undefined && this.limits.size > 0) {
			last.json = { ...last.json, _more: [...this.limits].join(' ') };
		}
		// The editor has a hint of its own for as many items as the field Limit says.
		const isSaid = node.parameters.limit === items.length;
		const texts = [...(isSaid ? [] : this.limits), ...this.texts];
		const left = texts.length - MOST_HINTS;
		const shown = left > 0 ? [...texts.slice(0, MOST_HINTS), `… and ${left} more hints`] : texts;
		if (shown.length === 0) return;
		context.addExecutionHints(
			...shown.map((text) => {
				// The editor shows hints as HTML, and names of files and columns come from others.
				return { message: inOneLine(text, LONGEST_HINT), location: 'outputPane' as const };
			}),
		);
	}
}
