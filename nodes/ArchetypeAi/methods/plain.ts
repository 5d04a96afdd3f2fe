/**
 * n8n stores what is chosen from a list in the parameter, and evaluates text that begins with = as an
 * expression, with access to all that the workflow can read. So no text from the service may begin with it.
 */

/** Whether n8n uses the value literally. */
export const isPlain = (value: unknown): boolean =>
	typeof value !== 'string' || !value.startsWith('=');

/** The text as a label that n8n shows literally. */
export const plainLabel = (text: string): string => (isPlain(text) ? text : `"${text}"`);
