import { machine, submit, withFiles } from './machines';
import { call, start, type ErrorBody } from './support';

/** Content types with which clients were seen to send empty bodies, or might. */
const types = [
	undefined,
	'application/json',
	'application/json; charset=utf-8',
	'application/x-www-form-urlencoded',
	'text/plain',
	'application/octet-stream',
];

describe.each(types)('X5: a POST that needs no body is taken without one as %s', (type) => {
	const send = (
		sandbox: { url: string; apiKey: string },
		path: string,
		method: string,
		body?: string,
	) =>
		fetch(`${sandbox.url}${path}`, {
			method,
			headers: {
				authorization: `Bearer ${sandbox.apiKey}`,
				...(type === undefined ? {} : { 'content-type': type }),
			},
			body,
		});

	test.each([undefined, '', ' \r\n'])(
		'cancel, retry, delete, abort, with body %j',
		async (body) => {
			const sandbox = await withFiles({ 'a.csv': machine });
			const { id } = (await submit(sandbox, ['a.csv'])).body;
			const path = `/batch/jobs/${id}`;
			expect((await send(sandbox, `${path}/cancel`, 'POST', body)).status).toBe(200);
			expect((await send(sandbox, `${path}/retry`, 'POST', body)).status).toBe(200);
			expect((await send(sandbox, `${path}/cancel`, 'POST', body)).status).toBe(200);
			expect((await send(sandbox, path, 'DELETE', body)).status).toBe(200);
			const initiated = await call<{ upload_id: string }>(sandbox, '/files/uploads/initiate', {
				method: 'POST',
				json: { filename: 'new.csv', file_type: 'text/csv', num_bytes: 3 },
			});
			const abort = `/files/uploads/${initiated.body.upload_id}/abort`;
			expect((await send(sandbox, abort, 'POST', body)).status).toBe(200);
		},
	);

	test('one that needs a body says so, and is no failure of the server', async () => {
		const sandbox = await start();
		const reply = await send(sandbox, '/batch/jobs', 'POST');
		const { errors } = (await reply.json()) as ErrorBody;
		expect([reply.status, errors[0]!.code]).toEqual([400, 'VALIDATION_ERROR']);
		expect(errors[0]!.message).toContain('name: Required');
	});
});

test('X5: an empty object is a body like none', async () => {
	const sandbox = await start();
	const [id] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
	const options = { method: 'POST', json: {} };
	expect((await call(sandbox, `/batch/jobs/${id}/cancel`, options)).status).toBe(200);
});

test('X5: JSON that is none is still refused', async () => {
	const sandbox = await start();
	const [id] = sandbox.steer.seed({ status: 'RUNNING' }).ids;
	const reply = await fetch(`${sandbox.url}/batch/jobs/${id}/cancel`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
		body: '{"a":',
	});
	expect(reply.status).toBe(400);
});

test('X5: a body of another type is refused by name', async () => {
	const sandbox = await start();
	const reply = await fetch(`${sandbox.url}/batch/jobs`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/xml' },
		body: '<job/>',
	});
	expect([reply.status, await reply.text()]).toMatchObject([
		415,
		expect.stringContaining('application/xml'),
	]);
});
