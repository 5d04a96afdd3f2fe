import type { INode } from 'n8n-workflow';

/** Whether an agent runs the node as its tool: n8n then gives the node another type. */
export const isTool = ({ type }: INode): boolean => type.endsWith('Tool');
