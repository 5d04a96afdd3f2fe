// Renders `GET /_sandbox/page` and steers through the routes beside it. Everything from there is
// untrusted: it is text, never markup. Existing elements are updated in place, so that the focus
// stays where it is and what is open stays open.
'use strict';

const REFRESH_MS = 2000;
const WAITING = ['PENDING', 'ADMITTED', 'PREEMPTED'];
const ACTIVE = [...WAITING, 'RUNNING'];
/** A job's buttons: label, resulting status, and the statuses they apply to. */
const MOVES = [
	{ name: 'Start', status: 'RUNNING', from: WAITING },
	{ name: 'Finish', status: 'COMPLETED', from: ACTIVE },
	{ name: 'Fail', status: 'FAILED', from: ACTIVE },
	{ name: 'Preempt', status: 'PREEMPTED', from: ['ADMITTED', 'RUNNING'] },
	{ name: 'Cancel', status: 'CANCELLED', from: ACTIVE },
];

const byId = (id) => document.getElementById(id);
let apiKey = '';
let faultChoices = {};
let isLost = false;
let lastTurn = 0;

/** Calls the steering API. Rejects with its error message. */
async function steer(path, body, method = body ? 'POST' : 'GET') {
	const headers = {};
	if (body) headers['Content-Type'] = 'application/json';
	if (apiKey) headers.Authorization = `Bearer ${apiKey}`;
	const request = { method, headers, body: JSON.stringify(body) };
	const reply = await fetch(`/_sandbox${path}`, request).catch(() => {
		throw new Error('The sandbox does not answer. This page goes on trying.');
	});
	const answer = await reply.json();
	if (reply.ok) return answer;
	if (reply.status === 401) byId('key').hidden = false;
	throw new Error(answer.errors[0].message);
}

/** Screen readers announce it: what a button did or what went wrong, nothing else. */
function say(text) {
	// Even if the text is the same: it happened again.
	byId('notice').replaceChildren(text);
}

function setText(element, text) {
	if (element.textContent !== text) element.textContent = text;
}

function element(name, text, properties = {}) {
	return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

/**
 * Syncs the items of a list with the rows, in their order. An item that stays keeps its element and
 * is not moved. If a removed item had the focus, the heading takes it.
 */
function showList(list, rows, keyOf, make, change, heading) {
	const items = new Map([...list.children].map((item) => [item.dataset.key, item]));
	const keys = new Set(rows.map(keyOf));
	for (const [key, item] of items) {
		if (keys.has(key)) continue;
		if (item.contains(document.activeElement)) heading.focus();
		item.remove();
	}
	let next = list.firstElementChild;
	for (const row of rows) {
		const key = keyOf(row);
		const item = items.get(key) ?? make(row);
		item.dataset.key = key;
		if (item === next) next = item.nextElementSibling;
		else list.insertBefore(item, next);
		change(item, row);
	}
}

/** Shows lines of text, re-rendering only if they changed. */
function showLines(list, { total, rows }, lineOf, none) {
	const lines = rows.map(lineOf);
	if (total === 0) lines.push(none);
	if (total > rows.length) lines.push(`and ${count(total - rows.length, 'more')}`);
	const shown = [...list.children].map((line) => line.textContent);
	if (JSON.stringify(shown) === JSON.stringify(lines)) return;
	list.replaceChildren(...lines.map((line) => element('li', line)));
}

const count = (number, what) => `${number.toLocaleString('en')} ${what}`;
const times = (number) => count(number, number === 1 ? 'time' : 'times');
const size = (bytes) => count(bytes, bytes === 1 ? 'byte' : 'bytes');

function makeJob({ id, name }) {
	const item = byId('job').content.firstElementChild.cloneNode(true);
	const find = (selector) => item.querySelector(selector);
	find('.name').textContent = name;
	find('.id').textContent = id;
	find('progress').setAttribute('aria-label', `Inputs of ${name} that ended`);
	find('.buttons').setAttribute('aria-label', `Job ${name}, ${id}`);
	find('summary').setAttribute('aria-label', `Inputs and outputs of ${name}`);
	for (const move of MOVES) {
		const button = element('button', move.name, { type: 'button' });
		button.setAttribute('aria-label', `${move.name} ${name}`);
		button.addEventListener('click', () => {
			// Not `disabled`: that would take the focus from whoever just pressed it.
			if (button.getAttribute('aria-disabled') === 'true') return;
			const path = `/jobs/${encodeURIComponent(id)}/status`;
			act(() => steer(path, { status: move.status }), `${name} is ${move.status}.`);
		});
		find('.buttons').append(button);
	}
	find('details').addEventListener('toggle', () => act(() => {}));
	return item;
}

function changeJob(item, { status, input_progress, preemption_count }) {
	const { pending, processing, completed, failed } = input_progress;
	const find = (selector) => item.querySelector(selector);
	item.dataset.status = status;
	setText(find('.status'), status);
	const all = pending + processing + completed + failed;
	find('progress').max = Math.max(all, 1);
	find('progress').value = completed + failed;
	const parts = [`${completed + failed} of ${count(all, all === 1 ? 'input' : 'inputs')}`];
	if (failed > 0) parts.push(`${failed} failed`);
	if (preemption_count > 0) parts.push(`preempted ${times(preemption_count)}`);
	setText(find('.counts'), parts.join(', '));
	[...find('.buttons').children].forEach((button, index) => {
		button.setAttribute('aria-disabled', String(!MOVES[index].from.includes(status)));
	});
}

/** Shows the inputs and outputs of a job that is open. */
async function showContents(item) {
	if (!item.querySelector('details').open) return;
	const path = `/page/jobs/${encodeURIComponent(item.dataset.key)}`;
	const { inputs, outputs } = await steer(path);
	const inputLine = ({ name, port_name, num_bytes, status, error_message }) =>
		[`${name}: ${status}`, port_name, size(num_bytes), error_message].filter(Boolean).join(', ');
	showLines(item.querySelector('.inputs'), inputs, inputLine, 'No inputs.');
	const outputLine = ({ name, port_name, num_bytes }) =>
		[name, port_name, size(num_bytes)].filter(Boolean).join(', ');
	showLines(item.querySelector('.outputs'), outputs, outputLine, 'No outputs yet.');
}

function makeFault({ id, name }) {
	const item = element('li', '');
	const button = element('button', 'Switch off', { type: 'button' });
	button.setAttribute('aria-label', `Switch off: ${name}`);
	button.addEventListener('click', () =>
		act(() => steer(`/faults/${id}`, undefined, 'DELETE'), `Switched off: ${name}.`),
	);
	item.append(element('span', ''), ' ', button);
	return item;
}

function changeFault(item, { name, struck }) {
	setText(item.querySelector('span'), `${name} (struck ${times(struck)})`);
}

function showFaults({ choices, on }) {
	faultChoices = choices;
	const select = byId('fault-choices');
	const names = Object.keys(choices);
	if (select.length !== names.length)
		select.replaceChildren(...names.map((name) => new Option(name)));
	byId('no-faults').hidden = on.length > 0;
	const keyOf = ({ id }) => String(id);
	showList(byId('faults'), on, keyOf, makeFault, changeFault, byId('faults-heading'));
}

async function show() {
	const turn = ++lastTurn;
	const { now, requests, jobs, files, faults } = await steer('/page');
	// An outdated response would bring back old data.
	if (turn !== lastTurn) return;
	setText(byId('now'), `${now.slice(0, 19).replace('T', ' ')} UTC`);
	setText(
		byId('summary'),
		`${count(requests.api, 'requests')} to the service, ${requests.storage} to the storage of files`,
	);
	const rest = jobs.total > jobs.rows.length ? `, the newest ${jobs.rows.length} are shown` : '';
	setText(byId('jobs-note'), `${count(jobs.total, jobs.total === 1 ? 'job' : 'jobs')}${rest}`);
	showList(byId('jobs'), jobs.rows, ({ id }) => id, makeJob, changeJob, byId('jobs-heading'));
	setText(byId('files-note'), count(files.total, files.total === 1 ? 'file' : 'files'));
	const fileLine = ({ name, file_type, num_bytes }) => `${name}, ${file_type}, ${size(num_bytes)}`;
	showLines(byId('files'), files, fileLine, 'Nothing was uploaded yet.');
	showFaults(faults);
	await Promise.all([...byId('jobs').children].map(showContents));
}

/** Runs a button's action, shows the result and announces it. */
async function act(work, done) {
	try {
		await work();
		await show();
		if (done) say(done);
	} catch (error) {
		say(error.message);
	}
}

/** Refreshes everything. Announces only once that the sandbox is gone, or back. */
async function refresh() {
	try {
		await show();
		if (isLost) say('The sandbox answers again.');
		isLost = false;
	} catch (error) {
		if (!isLost) say(error.message);
		isLost = true;
	}
	setTimeout(refresh, REFRESH_MS);
}

/** Runs a form's `work` instead of submitting the form. */
function onSubmit(id, work) {
	byId(id).addEventListener('submit', (event) => {
		event.preventDefault();
		work(event.target.elements);
	});
}

onSubmit('add', ({ name, status }) =>
	act(
		() => steer('/seed', { name: name.value, status: status.value, inputs: 3, outputs: 4 }),
		`Added a job: ${name.value}.`,
	),
);
onSubmit('clock', ({ ms }) =>
	act(
		() => steer('/clock', { advance: Number(ms.value) }),
		`The clock is ${ms.selectedOptions[0].text} further on.`,
	),
);
onSubmit('fault', ({ fault }) =>
	act(() => steer('/faults', faultChoices[fault.value]), `Switched on: ${fault.value}.`),
);
onSubmit('key', ([input]) => {
	apiKey = input.value;
	act(async () => {
		await steer('/page');
		byId('key').hidden = true;
		byId('jobs-heading').focus();
	}, 'The key is right.');
});
refresh();
