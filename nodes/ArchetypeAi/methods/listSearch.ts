import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { ArchetypeAiClient } from '../api/client';
import { jobs } from '../api/jobs';
import type { Job } from '../api/jobs';
import { lengthOf } from '../api/pages';
import { plainLabel } from './plain';

const PAGE_SIZE = 50;

/** Jobs for the locator's list: a page at a time, searched by the service. */
export async function searchJobs(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await ArchetypeAiClient.connect(this);
	const offset = Number(paginationToken ?? 0);
	const list = jobs(client, { q: filter?.trim() || undefined });
	const page = await list.page(offset, PAGE_SIZE);
	const { rows, total } = page;
	const next = offset + lengthOf(page);
	return {
		results: rows.map((job) => ({ name: jobLabel(job), value: job.id })),
		paginationToken: next > offset && next < total ? String(next) : undefined,
	};
}

/** Names are not unique, so the label adds what distinguishes jobs: `pump-7 (COMPLETED, 2026-06-02 08:00 UTC)`. */
const jobLabel = ({ name, id, status, created_at }: Job): string =>
	`${plainLabel(name || id)} (${status}, ${created_at.slice(0, 16).replace('T', ' ')} UTC)`;
