import type { INode } from 'n8n-workflow';

/** Whether an agent runs the node as its tool: n8n gives the node another type for that. */
export const isTool = ({ type }: INode): boolean => type.endsWith('Tool');
