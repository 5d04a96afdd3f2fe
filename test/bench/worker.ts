import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';

type Reply<Answer> = { answer: Answer } | { error: string };

/** A separate process that answers questions, so that only its own time and memory are measured. */
export class Worker<Question extends object, Answer> {
	private readonly child: ChildProcess;
	private readonly ended: Promise<never>;

	/** `file`: a script that calls {@link answerQuestions}. */
	constructor(
		private readonly name: string,
		file: string,
		args: string[],
	) {
		this.child = fork(file, args, {
			execArgv: ['--expose-gc', '--import', 'tsx'],
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		this.ended = once(this.child, 'exit').then(() => {
			throw new Error(`${name} ended before it was done`);
		});
		this.ended.catch(() => {});
	}

	/** One question at a time. Rejects with the worker's own message, or when it exits. */
	async ask(question: Question): Promise<Answer> {
		this.child.send(question);
		const message = once(this.child, 'message') as Promise<[Reply<Answer>]>;
		const [reply] = await Promise.race([message, this.ended]);
		if ('error' in reply) throw new Error(`${this.name}: ${reply.error}`);
		return reply.answer;
	}

	/** Kills it at once, like a crash. */
	kill(): void {
		this.child.kill('SIGKILL');
	}

	async close(): Promise<void> {
		if (this.child.connected) this.child.disconnect();
		await this.ended.catch(() => {});
	}
}

/** The worker's side: answers the parent's questions until it hangs up, then removes `folder`. */
export function answerQuestions<Question, Answer>(
	answer: (question: Question) => Promise<Answer>,
	folder: string,
): void {
	const send = (reply: Reply<Answer>) => process.send!(reply);
	process.on('message', (question: Question) => {
		answer(question).then(
			(given) => send({ answer: given }),
			(error: Error) => send({ error: error.message }),
		);
	});
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	process.once('disconnect', () => process.exit());
}
