// A bandwidth-limited line to a service on this machine: a process that forwards bytes.
// Usage: line.ts ADDRESS BYTES_PER_SECOND PORT... Prints "ready" once it is listening.
import { setTimeout as pause } from 'node:timers/promises';
import { connect, createServer, type Socket } from 'node:net';

const [address = '', speed = '', ...ports] = process.argv.slice(2);
const bytesPerMs = Number(speed) / 1_000;
/** When the line will have sent everything given to it so far, ms. */
let freeAt = 0;

/** Traffic to the service shares the line; its replies are small. */
async function send(client: Socket, service: Socket): Promise<void> {
	for await (const chunk of client as AsyncIterable<Buffer>) {
		const now = performance.now();
		freeAt = Math.max(freeAt, now - 5) + chunk.length / bytesPerMs;
		if (freeAt > now + 1) await pause(freeAt - now);
		if (!service.write(chunk)) await new Promise((resolve) => service.once('drain', resolve));
	}
	service.end();
}

async function listen(port: number): Promise<void> {
	const server = createServer((client) => {
		const service = connect(port, '127.0.0.1');
		service.pipe(client);
		for (const socket of [client, service]) socket.on('error', () => service.destroy());
		send(client, service).catch(() => service.destroy());
	});
	await new Promise<void>((resolve) => server.listen(port, address, resolve));
}

void Promise.all(ports.map((port) => listen(Number(port)))).then(() => console.log('ready'));
