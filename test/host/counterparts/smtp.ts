import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { simpleParser, type ParsedMail } from 'mailparser';
import type { IDataObject } from 'n8n-workflow';
import { SMTPServer } from 'smtp-server';

const USER = 'reports';
const PASSWORD = 'only for tests';

/** A mail server that accepts and keeps all of one user's mail. */
export interface MailServer {
	/** The mail received, oldest first. */
	mails: ParsedMail[];
	/** The data of n8n's `smtp` credential for it. */
	credential: IDataObject;
	close(): Promise<void>;
}

/** Starts a mail server on a free port; unauthenticated clients are refused. */
export async function startMailServer(): Promise<MailServer> {
	const mails: ParsedMail[] = [];
	const server = new SMTPServer({
		disabledCommands: ['STARTTLS'],
		allowInsecureAuth: true,
		onAuth({ username, password }, _, done) {
			const isKnown = username === USER && password === PASSWORD;
			done(isKnown ? null : new Error('Who is that?'), { user: username });
		},
		onData(stream, _, done) {
			simpleParser(stream).then((mail) => {
				mails.push(mail);
				done();
			}, done);
		},
	});
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const { port } = server.server.address() as AddressInfo;
	return {
		mails,
		credential: {
			...{ host: '127.0.0.1', port, secure: false, disableStartTls: true },
			...{ user: USER, password: PASSWORD, hostName: '' },
		},
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
