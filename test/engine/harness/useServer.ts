import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A test's own server, for as long as the tests of a `describe` run. */
export function useServer(handler: RequestListener): { url: string } {
	const server = createServer(handler);
	const place = { url: '' };
	beforeAll(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		place.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/elsewhere`;
	});
	afterAll(() => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	});
	return place;
}
