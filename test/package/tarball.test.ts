import { createRequire } from 'node:module';
import { join } from 'node:path';

import { npmPack, type NpmPackReport } from '../../examples/n8n/pack';

const root = join(__dirname, '../..');
let packed: NpmPackReport;

beforeAll(async () => {
	packed = await npmPack(['--dry-run']);
}, 30_000);

/** A file that is added or taken away is named here, so that nothing is published by accident. */
const files = [
	'LICENSE',
	'README.md',
	'dist/credentials/ArchetypeAiApi.credentials.js',
	'dist/nodes/ArchetypeAi/ArchetypeAi.node.js',
	'dist/nodes/ArchetypeAi/ArchetypeAi.node.json',
	'dist/nodes/ArchetypeAi/ArchetypeAiTrigger.node.js',
	'dist/nodes/ArchetypeAi/ArchetypeAiTrigger.node.json',
	'dist/nodes/ArchetypeAi/actions/concurrency.js',
	'dist/nodes/ArchetypeAi/actions/errorItem.js',
	'dist/nodes/ArchetypeAi/actions/hints.js',
	'dist/nodes/ArchetypeAi/actions/input/Input.resource.js',
	'dist/nodes/ArchetypeAi/actions/input/getMany.operation.js',
	'dist/nodes/ArchetypeAi/actions/input/getManyProgress.operation.js',
	'dist/nodes/ArchetypeAi/actions/items.js',
	'dist/nodes/ArchetypeAi/actions/job/Job.resource.js',
	'dist/nodes/ArchetypeAi/actions/job/get.operation.js',
	'dist/nodes/ArchetypeAi/actions/job/getMany.operation.js',
	'dist/nodes/ArchetypeAi/actions/jobId.js',
	'dist/nodes/ArchetypeAi/actions/leftOut.js',
	'dist/nodes/ArchetypeAi/actions/listOperation.js',
	'dist/nodes/ArchetypeAi/actions/merge.js',
	'dist/nodes/ArchetypeAi/actions/operation.js',
	'dist/nodes/ArchetypeAi/actions/output/Output.resource.js',
	'dist/nodes/ArchetypeAi/actions/output/aboutFile.js',
	'dist/nodes/ArchetypeAi/actions/output/download.operation.js',
	'dist/nodes/ArchetypeAi/actions/output/downloadOptions.js',
	'dist/nodes/ArchetypeAi/actions/output/downloaded.js',
	'dist/nodes/ArchetypeAi/actions/output/getMany.operation.js',
	'dist/nodes/ArchetypeAi/actions/output/progress.js',
	'dist/nodes/ArchetypeAi/actions/output/readRows.operation.js',
	'dist/nodes/ArchetypeAi/actions/output/rowOptions.js',
	'dist/nodes/ArchetypeAi/actions/output/selection.js',
	'dist/nodes/ArchetypeAi/actions/output/size.js',
	'dist/nodes/ArchetypeAi/actions/router.js',
	'dist/nodes/ArchetypeAi/api/advice.js',
	'dist/nodes/ArchetypeAi/api/apiKey.js',
	'dist/nodes/ArchetypeAi/api/baseUrl.js',
	'dist/nodes/ArchetypeAi/api/body.js',
	'dist/nodes/ArchetypeAi/api/client.js',
	'dist/nodes/ArchetypeAi/api/credentialTest.js',
	'dist/nodes/ArchetypeAi/api/download/connections.js',
	'dist/nodes/ArchetypeAi/api/download/content.js',
	'dist/nodes/ArchetypeAi/api/download/damage.js',
	'dist/nodes/ArchetypeAi/api/download/download.js',
	'dist/nodes/ArchetypeAi/api/download/encoding.js',
	'dist/nodes/ArchetypeAi/api/download/extent.js',
	'dist/nodes/ArchetypeAi/api/download/fresh.js',
	'dist/nodes/ArchetypeAi/api/download/links.js',
	'dist/nodes/ArchetypeAi/api/download/open.js',
	'dist/nodes/ArchetypeAi/api/download/overlap.js',
	'dist/nodes/ArchetypeAi/api/download/ref.js',
	'dist/nodes/ArchetypeAi/api/download/scope.js',
	'dist/nodes/ArchetypeAi/api/download/silence.js',
	'dist/nodes/ArchetypeAi/api/download/store.js',
	'dist/nodes/ArchetypeAi/api/download/whole.js',
	'dist/nodes/ArchetypeAi/api/envelopes.js',
	'dist/nodes/ArchetypeAi/api/errors.js',
	'dist/nodes/ArchetypeAi/api/fileName.js',
	'dist/nodes/ArchetypeAi/api/gate.js',
	'dist/nodes/ArchetypeAi/api/glob.js',
	'dist/nodes/ArchetypeAi/api/groupBy.js',
	'dist/nodes/ArchetypeAi/api/hosts.js',
	'dist/nodes/ArchetypeAi/api/json.js',
	'dist/nodes/ArchetypeAi/api/lists.js',
	'dist/nodes/ArchetypeAi/api/networkErrors.js',
	'dist/nodes/ArchetypeAi/api/outcome.js',
	'dist/nodes/ArchetypeAi/api/pages.js',
	'dist/nodes/ArchetypeAi/api/paths.js',
	'dist/nodes/ArchetypeAi/api/readAhead.js',
	'dist/nodes/ArchetypeAi/api/redact.js',
	'dist/nodes/ArchetypeAi/api/retry.js',
	'dist/nodes/ArchetypeAi/api/rows/columns.js',
	'dist/nodes/ArchetypeAi/api/rows/combine.js',
	'dist/nodes/ArchetypeAi/api/rows/csv.js',
	'dist/nodes/ArchetypeAi/api/rows/decode.js',
	'dist/nodes/ArchetypeAi/api/rows/dialect.js',
	'dist/nodes/ArchetypeAi/api/rows/exactNumbers.js',
	'dist/nodes/ArchetypeAi/api/rows/findings.js',
	'dist/nodes/ArchetypeAi/api/rows/format.js',
	'dist/nodes/ArchetypeAi/api/rows/gunzip.js',
	'dist/nodes/ArchetypeAi/api/rows/jsonl.js',
	'dist/nodes/ArchetypeAi/api/rows/limits.js',
	'dist/nodes/ArchetypeAi/api/rows/lines.js',
	'dist/nodes/ArchetypeAi/api/rows/numbers.js',
	'dist/nodes/ArchetypeAi/api/rows/open.js',
	'dist/nodes/ArchetypeAi/api/rows/order.js',
	'dist/nodes/ArchetypeAi/api/rows/pace.js',
	'dist/nodes/ArchetypeAi/api/rows/parts.js',
	'dist/nodes/ArchetypeAi/api/rows/read.js',
	'dist/nodes/ArchetypeAi/api/rows/recognize.js',
	'dist/nodes/ArchetypeAi/api/rows/source.js',
	'dist/nodes/ArchetypeAi/api/schemas.js',
	'dist/nodes/ArchetypeAi/api/text.js',
	'dist/nodes/ArchetypeAi/api/time.js',
	'dist/nodes/ArchetypeAi/archetypeAi.dark.svg',
	'dist/nodes/ArchetypeAi/archetypeAi.svg',
	'dist/nodes/ArchetypeAi/fields/filters.js',
	'dist/nodes/ArchetypeAi/fields/job.js',
	'dist/nodes/ArchetypeAi/fields/list.js',
	'dist/nodes/ArchetypeAi/fields/parameters.js',
	'dist/nodes/ArchetypeAi/methods/listSearch.js',
	'dist/nodes/ArchetypeAi/methods/loadOptions.js',
	'dist/nodes/ArchetypeAi/trigger/advance.js',
	'dist/nodes/ArchetypeAi/trigger/chronology.js',
	'dist/nodes/ArchetypeAi/trigger/config.js',
	'dist/nodes/ArchetypeAi/trigger/doubt.js',
	'dist/nodes/ArchetypeAi/trigger/events.js',
	'dist/nodes/ArchetypeAi/trigger/fields.js',
	'dist/nodes/ArchetypeAi/trigger/host.js',
	'dist/nodes/ArchetypeAi/trigger/items.js',
	'dist/nodes/ArchetypeAi/trigger/ledger.js',
	'dist/nodes/ArchetypeAi/trigger/limits.js',
	'dist/nodes/ArchetypeAi/trigger/observe.js',
	'dist/nodes/ArchetypeAi/trigger/poll.js',
	'dist/nodes/ArchetypeAi/trigger/resume.js',
	'dist/nodes/ArchetypeAi/trigger/sample.js',
	'dist/nodes/ArchetypeAi/trigger/source.js',
	'dist/nodes/ArchetypeAi/trigger/state.js',
	'dist/nodes/ArchetypeAi/trigger/undo.js',
	'dist/nodes/ArchetypeAi/trigger/watch.js',
	'index.js',
	'package.json',
];

test('the tarball holds these files and no others', () => {
	expect(packed.files.map(({ path }) => path).sort()).toEqual(files);
});

test('the tarball stays small', () => {
	expect(packed.size).toBeLessThan(150_000);
});

test('index.js exports the built classes', () => {
	const built = createRequire(__filename)(root) as Record<string, new () => object>;
	expect(Object.keys(built).sort()).toEqual([
		'ArchetypeAi',
		'ArchetypeAiApi',
		'ArchetypeAiTrigger',
	]);
	for (const [name, builtClass] of Object.entries(built)) {
		expect(new builtClass().constructor.name).toBe(name);
	}
});
