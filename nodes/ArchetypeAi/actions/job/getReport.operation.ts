import type { INodeExecutionData } from 'n8n-workflow';

import { readInputTraces } from '../../api/inputTraces';
import { timeOf } from '../../api/time';
import { jobField } from '../../fields/job';
import { readJobId } from '../jobId';
import type { Operation, OperationRun } from '../operation';
import { progressChart } from './report/chart';
import type { ReportFacts } from './report/facts';
import { reportHtml } from './report/html';
import { reportItem } from './report/item';
import { plainText } from './report/plainText';
import { readFacts } from './report/read';
import { reportOf } from './report/report';
import type { Report } from './report/report';
import { slackMessage } from './report/slack';
import { chartProperty, formsField, formsFields, readLimits, reportOptions } from './reportFields';

/** Intervals in the chart of a job. */
const BUCKETS = 100;

/** A report of a job, from the endpoints of the job and everything that belongs to it. */
export const getJobReport: Operation = {
	option: {
		name: 'Get Report',
		value: 'getReport',
		description:
			'Get a report of a job, ready for e-mail and Slack: its progress or how it ended, how long it ran, which inputs failed and why, and what it wrote',
		action: 'Get a report of a job',
	},
	fields: [jobField, ...formsFields, reportOptions],
	async execute(run) {
		const { client, context, hints, parameters } = run;
		const jobId = readJobId(run);
		const forms = parameters.choices(formsField);
		const options = parameters.within(reportOptions);
		const limits = readLimits(options);
		const field = options.text(chartProperty) ?? 'data';

		const { job, facts } = await readFacts(client, jobId, limits);
		const report = reportOf(facts, context.getTimezone());
		const { added, total } = facts.outputs;
		if (limits.outputs > 0 && total > limits.outputs) {
			hints.add(
				`The job has ${total} outputs, and the sizes of ${added} were added up. Raise Outputs to Add Up for more.`,
			);
		}
		const item: INodeExecutionData = {
			json: {
				...reportItem(job, facts, report),
				...(forms.includes('text') && { text: plainText(report) }),
				...(forms.includes('html') && { html: reportHtml(report) }),
				...(forms.includes('slack') && { slack: slackMessage(report) }),
			},
		};
		if (forms.includes('chart')) item.binary = { [field]: await chart(run, facts, report) };
		return [item];
	},
};

/** The chart as a file. */
async function chart({ client, context }: OperationRun, facts: ReportFacts, report: Report) {
	const { points } = await readInputTraces(client, facts.id, BUCKETS);
	const svg = progressChart(
		points.map(({ t, files }) => ({
			...{ at: timeOf(t), completed: files?.completed ?? 0, failed: files?.failed ?? 0 },
		})),
		report.progress?.total ?? 0,
		{ title: report.headline, zone: context.getTimezone() },
	);
	const name = `${facts.id}-progress.svg`;
	return await context.helpers.prepareBinaryData(Buffer.from(svg), name, 'image/svg+xml');
}
