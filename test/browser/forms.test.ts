import type { INodeProperties } from 'n8n-workflow';

import { until } from '../../tools/n8n/until';
import { useServer } from '../host/server';
import {
	namesOf,
	operationForms,
	shown,
	switches,
	triggerForm,
	type DescribedForm,
	type Switch,
} from './described';
import { signIn } from './editor/account';
import { describeEachEditor, scene, useSeat } from './editors';

const JOB = 'pump-7-nightly';
const FILE = 'pump-7.csv';
const DRAW_MS = 10_000;
/** Port names in the sandbox's jobs. */
const PORT = /^\s*worker\.\w+\s*$/;
/** n8n adds these to every polling trigger. */
const OF_N8N = ['Poll Times', 'Mode'];
/** And this one to resources and operations. */
const ALSO_OF_N8N = 'Custom API Call';
/** Names of pipeline parameters are paths of any depth. */
const OF_A_PIPELINE = /^\w+(?:\.\w+)+/;
/** A form described by the service shows its title only if it has fields. */
const WITHOUT_LABEL = ['notice', 'callout', 'hidden', 'resourceMapper'];
/** What to select in each locator's list, by parameter name. */
const ENTRIES: Record<string, string> = {
	file: FILE,
	job: JOB,
	jobId: JOB,
	pipeline: 'Machine State Classification (newest version)',
};

describeEachEditor((installation, packed) => {
	const server = useServer(installation, packed);
	const seat = useSeat(installation);

	beforeAll(async () => {
		server.sandbox.steer.seed({ name: JOB, inputs: 2, outputs: 2, status: 'COMPLETED' });
		const body = new FormData();
		body.set('file', new Blob(['time,level\n1,2\n'], { type: 'text/csv' }), FILE);
		const { url, apiKey } = server.sandbox;
		const headers = { authorization: `Bearer ${apiKey}` };
		await fetch(`${url}/files`, { method: 'POST', headers, body });
		await signIn(seat.editor.page, server.n8n.url, server.owner);
	});

	async function openForm(form: DescribedForm): Promise<void> {
		const { canvas, creator, panel } = seat.editor;
		await canvas.openNew(server.n8n.url);
		await canvas.addFirst();
		const kind = form === triggerForm ? 'Triggers' : 'Actions';
		await creator.add('Archetype AI', kind, form.action);
		await panel.isOpen();
	}

	async function expectLabels(properties: INodeProperties[]): Promise<void> {
		const expected = properties
			.filter(({ type }) => !WITHOUT_LABEL.includes(type))
			.map(({ displayName }) => displayName);
		const read = async () => {
			const labels = await seat.editor.fields.labels();
			return labels.filter((label) => !OF_N8N.includes(label));
		};
		// n8n renders a form gradually.
		const isDrawn = async () => (await read()).join() === expected.join();
		await until(DRAW_MS, 'The form was not drawn', isDrawn).catch(() => {});
		expect(await read()).toEqual(expected);
	}

	/** n8n marks missing values when the form is reopened. */
	async function expectRequiredMarked(form: DescribedForm): Promise<void> {
		const { canvas, fields, panel } = seat.editor;
		const required = shown(form).filter(({ name, required, type }) => {
			const value = form.values[name];
			const isEmpty = type === 'resourceLocator' ? !(value as { value: string }).value : !value;
			return required && isEmpty;
		});
		const name = form === triggerForm ? form.description.displayName : form.action;
		await panel.close();
		await canvas.open(name);
		await panel.isOpen();
		for (const { displayName } of required) await fields.isRed(displayName);
		expect(await fields.red()).toEqual(required.map(({ displayName }) => displayName));
	}

	async function expectField(property: INodeProperties): Promise<void> {
		const { fields } = seat.editor;
		const { displayName, type } = property;
		if (type === 'collection') await expectCollection(property);
		if (property.typeOptions?.loadOptionsMethod) {
			await fields.offers(displayName, PORT);
		} else if (type === 'options' || type === 'multiOptions') {
			const entries = await fields.choices(displayName);
			const choices = entries.filter((entry) => entry !== ALSO_OF_N8N);
			expect(choices).toEqual(namesOf(property));
		}
		if (type === 'string' && property.required) await fields.write(displayName, JOB);
		if (type === 'resourceLocator') {
			const locator = seat.editor.locator(property.name);
			await locator.open();
			await locator.take(ENTRIES[property.name]!);
		}
	}

	async function expectCollection({ displayName, placeholder, options }: INodeProperties) {
		const { fields } = seat.editor;
		for (const option of (options ?? []) as INodeProperties[]) {
			await fields.add(displayName, placeholder ?? '', option.displayName);
			await expectField(option);
		}
	}

	/** Also checks the fields that the switch reveals, then switches back. */
	async function expectSwitch(form: DescribedForm, { property, value, name }: Switch) {
		const { fields } = seat.editor;
		const { displayName } = property;
		if (name === undefined) await fields.toggle(displayName);
		else await fields.choose(displayName, name);
		const before = shown(form).map((field) => field.name);
		const after = shown(form, { ...form.values, [property.name]: value });
		await expectLabels(after);
		for (const field of after.filter((each) => !before.includes(each.name))) {
			await expectField(field);
		}
		if (name === undefined) await fields.toggle(displayName);
		else await fields.choose(displayName, usualNameOf(form, property));
	}

	describe.each([triggerForm, ...operationForms])('the form of $action', (form) => {
		scene(seat, `form of ${form.action}`, async () => {
			const { fields } = seat.editor;
			await openForm(form);
			await expectLabels(shown(form));
			await seat.pictures.take(`form of ${form.action}, new`);
			await expectRequiredMarked(form);
			await seat.pictures.take(`form of ${form.action}, opened again`);
			for (const each of switches(form)) await expectSwitch(form, each);
			for (const property of shown(form)) await expectField(property);

			// Required fields of a form described by the service are not filled in here.
			const described = shown(form)
				.filter(({ type }) => type !== 'resourceMapper')
				.map(({ displayName }) => displayName);
			const red = await fields.red();
			expect(red.filter((label) => described.includes(label))).toEqual([]);
			const cutOff = await fields.cutOff();
			expect(cutOff.filter((label) => !OF_A_PIPELINE.test(label))).toEqual([]);
			await fields.scrollToEnd();
		});
	});
});

/** The dropdown's name for the form's initial value. */
function usualNameOf(form: DescribedForm, property: INodeProperties): string {
	const options = (property.options ?? []) as Array<{ name: string; value: unknown }>;
	return options.find(({ value }) => value === form.values[property.name])?.name ?? '';
}
