/**
 * n8n keeps what is chosen from a list in the parameter, and runs text that begins with = as an
 * expression, with all that the workflow may read. So no text of the service may begin so.
 */

/** Whether n8n takes the value as it is. */
export const isPlain = (value: unknown): boolean =>
	typeof value !== 'string' || !value.startsWith('=');

/** The text as a label that n8n shows as it is. */
export const plainLabel = (text: string): string => (isPlain(text) ? text : `"${text}"`);
