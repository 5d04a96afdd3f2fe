import fastify from 'fastify';

/** Takes posts as Slack does at the address of an incoming webhook. */
export interface WebhookServer {
	/** The address that takes them; it answers 403 to any other path, as Slack does. */
	url: string;
	/** The bodies posted there, oldest first. */
	posts: Array<{ text: string }>;
	close(): Promise<void>;
}

const PATH = '/services/T000/B000/secret';

/** Starts a receiver of webhooks on a free port. */
export async function startWebhookServer(): Promise<WebhookServer> {
	const posts: WebhookServer['posts'] = [];
	const server = fastify();
	server.post(PATH, async (request, reply) => {
		const body = request.body as { text?: unknown };
		if (typeof body?.text !== 'string') return reply.code(400).send('invalid_payload');
		posts.push({ text: body.text });
		return reply.type('text/html').send('ok');
	});
	server.setNotFoundHandler(async (_, reply) => reply.code(403).send('invalid_token'));
	const address = await server.listen({ host: '127.0.0.1', port: 0 });
	return { url: `${address}${PATH}`, posts, close: () => server.close() };
}
