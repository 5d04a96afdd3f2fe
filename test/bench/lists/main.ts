// One node that reads lists, in its own process.
import { userFolder } from '../../engine/harness/userFolder';
import { measure } from '../measure';
import { answerQuestions } from '../worker';
import { httpRequestNode, type ListRequest, type ReadList, thisNode } from './nodes';
import type { ReaderName, Reading } from './reader';

const readers: Record<ReaderName, (installation: string) => Promise<ReadList>> = {
	thisNode: async () => thisNode,
	httpRequestNode,
};

const [name = '', installation = ''] = process.argv.slice(2);
const loaded = readers[name as ReaderName](installation);

answerQuestions(async (request: ListRequest): Promise<Reading> => {
	const read = await loaded;
	const { result: idsOf, cost } = await measure(() => read(request));
	return { ...cost, ids: idsOf() };
}, userFolder);
