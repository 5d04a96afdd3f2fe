import type { IExecuteFunctions } from 'n8n-workflow';

/** State that the items of one execution share: made when it is first asked for, gone with the execution. */
export function perExecution<State>(make: () => State): (context: IExecuteFunctions) => State {
	const states = new WeakMap<IExecuteFunctions, State>();
	return (context) => {
		const state = states.get(context) ?? make();
		states.set(context, state);
		return state;
	};
}
