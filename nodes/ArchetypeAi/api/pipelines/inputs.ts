import { shown } from './check';
import type { Problem } from './check';
import type { Port } from './pipeline';

/** A file for a port of a pipeline. */
export interface InputEntry {
	port: string;
	/** The file's name, which is its ID at the service; or the ID of a checkpoint, `ckp_…`. */
	fileId: string;
	/** The class of a labelled example. */
	label?: string;
	/** How errors name it: `Inputs, entry 2`. */
	place: string;
}

/** An input in the body of `POST /batch/jobs`. */
type InputBody =
	| { file_id: string; metadata?: { class: string } }
	| { kind: 'checkpoint'; checkpoint_id: string; metadata: object };

const LABELLED = 'n_shot_file_list';

/** Whether each file of the port needs a label. */
export const isLabelled = ({ mode }: Port): boolean => mode === LABELLED;

const isCheckpoint = (id: string): boolean => /^ckp_\w+$/.test(id);

/**
 * What is wrong with the inputs of a job: ports that the pipeline lacks or that have no file, labels that are
 * missing or not accepted, files given twice.
 */
export function inputProblems(
	ports: Record<string, Port>,
	entries: readonly InputEntry[],
): Problem[] {
	const byName = new Map(Object.entries(ports));
	const names = [...byName.keys()].join(', ');
	const seen = new Map<string, InputEntry>();
	const problems = entries.flatMap((entry): Problem[] => {
		const { place, port, fileId, label } = entry;
		const wrong = (problem: string, kind: Problem['kind']): Problem => ({
			...{ field: place, problem, kind },
		});
		const found: Problem[] = [];
		const known = byName.get(port);
		if (port === '') found.push(wrong(`has no port. The pipeline has: ${names}`, 'missing'));
		else if (known === undefined) {
			found.push(wrong(`has the port ${shown(port)}, but the pipeline has: ${names}`, 'unknown'));
		} else if (isLabelled(known) && !label && !isCheckpoint(fileId)) {
			found.push(wrong(`has no label, which the port ${port} needs for each file`, 'missing'));
		} else if (!isLabelled(known) && label) {
			const problem = `has the label ${shown(label)}, but the port ${port} takes files without label`;
			found.push(wrong(problem, 'type'));
		}
		if (fileId === '') found.push(wrong('has no file', 'missing'));
		if (/^fil_[0-9a-z]{26}$/.test(fileId)) {
			const problem = `has the file ${shown(fileId)}, which is a file_uid. Give the file_id: the file's name`;
			found.push(wrong(problem, 'type'));
		}
		const key = JSON.stringify([port, fileId]);
		const before = seen.get(key);
		if (before !== undefined && fileId !== '') {
			const isSame = before.label === label;
			const words = isSame ? 'names the same file as' : 'has another label for the file of';
			found.push(wrong(`${words} ${before.place}: ${shown(fileId)}`, 'unknown'));
		}
		seen.set(key, before ?? entry);
		return found;
	});
	const empty = [...byName].filter(
		([name, { required }]) => required === true && !entries.some(({ port }) => port === name),
	);
	for (const [name] of empty) {
		const problem = `has no file for the port ${name}, which the pipeline needs`;
		problems.push({ field: 'Inputs', problem, kind: 'missing' });
	}
	return problems;
}

/** The `inputs` of a request: port -> files. */
export function inputsBody(entries: readonly InputEntry[]): Record<string, InputBody[]> {
	const body = new Map<string, InputBody[]>();
	for (const entry of entries)
		body.set(entry.port, [...(body.get(entry.port) ?? []), bodyOf(entry)]);
	return Object.fromEntries(body);
}

function bodyOf({ fileId, label }: InputEntry): InputBody {
	if (isCheckpoint(fileId)) return { kind: 'checkpoint', checkpoint_id: fileId, metadata: {} };
	return { file_id: fileId, ...(label && { metadata: { class: label } }) };
}
