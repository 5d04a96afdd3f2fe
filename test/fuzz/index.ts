import { csv } from './properties/csv';
import { decoding } from './properties/decoding';
import { jsonl } from './properties/jsonl';
import { links } from './properties/links';
import { names } from './properties/names';
import { parameters } from './properties/parameters';
import { replies } from './properties/replies';
import { secrets } from './properties/secrets';

/** Everything that is fuzzed. */
export const properties = [
	...csv,
	...jsonl,
	...decoding,
	...names,
	...replies,
	...links,
	...secrets,
	...parameters,
];
