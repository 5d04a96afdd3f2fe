import { stemOf, type Worker } from './work';

const ITEMS = 100;

/**
 * Returns a worker for seeded jobs, whose files are generated too: it goes through the motions and
 * writes as many parts per input as the seed asked for.
 */
export function madeUpWorker(partsPerInput: number): Worker {
	return {
		opening: 'vectorizing_file',
		async open(input) {
			return {
				items: ITEMS,
				itemsPerPart: Math.max(Math.floor(ITEMS / Math.max(partsPerInput, 1)), 1),
				header: 'DATE_TIME,Prediction\n',
				fileType: 'text/csv',
				partName: (part) => `pred_${stemOf(input.file_id)}_part_${part}.csv`,
				process: async (from, to) => ({
					lines: Array.from({ length: to - from }, (_, index) => {
						const time = new Date(Date.UTC(2024, 0, 1) + (from + index) * 1000).toISOString();
						return `${time.slice(0, 19).replace('T', ' ')},running\n`;
					}).join(''),
					failed: 0,
				}),
			};
		},
	};
}
