import fastify from 'fastify';
import { z } from 'zod';

const text = (longest: number) =>
	z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string().min(1).max(longest) });

/** What Slack accepts, as documented: https://docs.slack.dev/reference/block-kit/blocks */
const messageSchema = z.object({
	text: z.string().min(1),
	blocks: z
		.array(
			z.discriminatedUnion('type', [
				z.object({ type: z.literal('divider') }),
				z.object({ type: z.literal('header'), text: text(150) }),
				z.object({
					type: z.literal('section'),
					text: text(3_000).optional(),
					fields: z.array(text(2_000)).min(1).max(10).optional(),
				}),
			]),
		)
		.max(50)
		.optional(),
});

export type SlackPost = z.infer<typeof messageSchema>;

/** Accepts posts like a Slack incoming webhook. */
export interface WebhookServer {
	/** The webhook's URL; any other path gets a 403, as with Slack. */
	url: string;
	/** The bodies posted there, oldest first. */
	posts: SlackPost[];
	close(): Promise<void>;
}

const PATH = '/services/T000/B000/secret';

/** Starts a webhook receiver on a free port. */
export async function startWebhookServer(): Promise<WebhookServer> {
	const posts: WebhookServer['posts'] = [];
	const server = fastify();
	server.post(PATH, async (request, reply) => {
		const message = messageSchema.safeParse(request.body);
		if (!message.success) return reply.code(400).send('invalid_blocks');
		posts.push(message.data);
		return reply.type('text/html').send('ok');
	});
	server.setNotFoundHandler(async (_, reply) => reply.code(403).send('invalid_token'));
	const address = await server.listen({ host: '127.0.0.1', port: 0 });
	return { url: `${address}${PATH}`, posts, close: () => server.close() };
}
