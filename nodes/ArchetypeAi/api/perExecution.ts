import type { IExecuteFunctions } from 'n8n-workflow';

/** State shared by the items of one execution: created on first use, dropped with the execution. */
export function perExecution<State>(make: () => State): (context: IExecuteFunctions) => State {
	const states = new WeakMap<IExecuteFunctions, State>();
	return (context) => {
		const state = states.get(context) ?? make();
		states.set(context, state);
		return state;
	};
}
