import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { envelopeOf } from '../errors';
import type { Fault, Faults } from './faults';

/** Kinds of faults that change a response on its way out. */
type ReplyFault = Extract<
	Fault,
	{ kind: 'reset' | 'truncate' | 'stall' | 'flip' | 'headers' | 'slow' }
>;
/** What Fastify passes to `onSend`. */
type Payload = string | Buffer | Readable | null | undefined;

const SLICES_PER_SECOND = 20;

/**
 * Applies the faults to this server's requests. `pathOf` returns the path to match faults against,
 * or undefined for requests that are never affected.
 */
export function applyFaults(
	app: FastifyInstance,
	faults: Faults,
	origin: Fault['origin'],
	pathOf: (url: string) => string | undefined,
) {
	const struck = new WeakMap<object, ReplyFault>();
	const cut = new WeakMap<object, number>();

	app.addHook('onRequest', async (request, reply) => {
		const path = pathOf(request.url);
		const fault = path === undefined ? undefined : faults.take(origin, request.method, path);
		if (!fault) return;
		switch (fault.kind) {
			case 'latency':
				await delay(fault.ms, undefined, { ref: false });
				return;
			case 'reset':
				if (fault.afterBytes !== undefined) break;
				reply.hijack();
				request.raw.socket.resetAndDestroy();
				return;
			case 'cutRequest':
				cut.set(request, fault.afterBytes);
				return;
			case 'status':
				return failWith(reply, fault);
			case 'redirect':
				return reply.redirect(fault.location, fault.status);
			case 'body':
				return reply
					.code(fault.status)
					.headers(fault.headers)
					.type(fault.contentType)
					.send(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body));
		}
		struck.set(request, fault);
	});

	app.addHook('preParsing', async (request, _reply, payload) => {
		const afterBytes = cut.get(request);
		if (afterBytes === undefined) return payload;
		return Readable.from(resetAfter(bytesOf(payload), afterBytes, request.raw.socket));
	});

	app.addHook('onSend', async (request, reply, payload: Payload) => {
		const fault = struck.get(request);
		return fault ? spoil(fault, reply, payload) : payload;
	});
}

function failWith(reply: FastifyReply, fault: Extract<Fault, { kind: 'status' }>) {
	const { contentType, body } = envelopeOf(fault.envelope, fault);
	if (fault.retryAfter !== undefined) reply.header('retry-after', String(fault.retryAfter));
	return reply.code(fault.status).type(contentType).send(body);
}

/** Returns the body as altered by the fault, and sets the headers to match. */
function spoil(fault: ReplyFault, reply: FastifyReply, payload: Payload): Payload {
	const whole = reply.getHeader('content-length') ?? Buffer.byteLength((payload ?? '') as string);
	const chunks = bytesOf(payload);
	switch (fault.kind) {
		case 'headers':
			reply.headers(fault.headers);
			return payload;
		case 'slow':
			reply.header('content-length', whole);
			return Readable.from(slowed(chunks, fault.bytesPerSecond));
		case 'stall':
			reply.header('content-length', whole);
			return Readable.from(stalled(chunks, fault.afterBytes, reply));
		case 'flip':
			reply.header('content-length', whole);
			return Readable.from(flipped(chunks, fault.at));
		case 'truncate':
			if (fault.contentLength === 'cut') {
				reply.header('content-length', Math.min(fault.bytes, Number(whole)));
				return Readable.from(first(chunks, fault.bytes));
			}
			reply.header('content-length', whole);
			return Readable.from(cutOff(chunks, fault.bytes, reply, 'end'));
		case 'reset':
			reply.header('content-length', whole);
			return Readable.from(cutOff(chunks, fault.afterBytes ?? 0, reply, 'reset'));
	}
}

async function* resetAfter(
	chunks: AsyncIterable<Buffer>,
	bytes: number,
	socket: Socket,
): AsyncGenerator<Buffer> {
	yield* first(chunks, bytes);
	socket.resetAndDestroy();
	throw new Error('The sandbox was told to reset this connection');
}

async function* bytesOf(payload: Payload): AsyncGenerator<Buffer> {
	if (payload instanceof Readable) {
		for await (const chunk of payload) yield Buffer.from(chunk as Uint8Array);
	} else yield Buffer.from(payload ?? '');
}

async function* first(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
	let left = bytes;
	for await (const chunk of chunks) {
		if (left > 0) yield chunk.subarray(0, left);
		left -= chunk.length;
		if (left <= 0) return;
	}
}

/** Ends the connection once the first `bytes` of the body are on their way. */
async function* cutOff(
	chunks: AsyncIterable<Buffer>,
	bytes: number,
	reply: FastifyReply,
	how: 'end' | 'reset',
): AsyncGenerator<Buffer> {
	const { socket } = reply.request.raw;
	const before = socket.bytesWritten;
	yield* first(chunks, bytes);
	reply.raw.flushHeaders();
	const isOnItsWay = () => socket.bytesWritten - before >= bytes && socket.writableLength === 0;
	do await delay(1);
	while (!socket.destroyed && !isOnItsWay());
	if (how === 'reset') socket.resetAndDestroy();
	else socket.destroy();
}

/** The first `bytes` of the body, then nothing for as long as the client waits. */
async function* stalled(
	chunks: AsyncIterable<Buffer>,
	bytes: number,
	reply: FastifyReply,
): AsyncGenerator<Buffer> {
	yield* first(chunks, bytes);
	reply.raw.flushHeaders();
	await new Promise((resolve) => reply.raw.once('close', resolve));
}

async function* flipped(chunks: AsyncIterable<Buffer>, at: number): AsyncGenerator<Buffer> {
	let start = 0;
	for await (const chunk of chunks) {
		const index = at - start;
		if (index >= 0 && index < chunk.length) chunk[index]! ^= 1;
		start += chunk.length;
		yield chunk;
	}
}

async function* slowed(
	chunks: AsyncIterable<Buffer>,
	bytesPerSecond: number,
): AsyncGenerator<Buffer> {
	const slice = Math.max(Math.floor(bytesPerSecond / SLICES_PER_SECOND), 1);
	for await (const chunk of chunks) {
		for (let at = 0; at < chunk.length; at += slice) {
			await delay((1000 * slice) / bytesPerSecond);
			yield chunk.subarray(at, at + slice);
		}
	}
}
