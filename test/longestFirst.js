// The files that take minutes come first, so that none of them is left alone at the end. The others
// are in Jest's own order.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = ['crash', 'trigger-faults', 'templates-run', 'firstWorkflow', 'templates-alert'];

const rank = ({ path }) => {
	const place = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
	return place === -1 ? LONGEST.length : place;
};

module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		return super.sort(tests).sort((a, b) => rank(a) - rank(b));
	}
};
