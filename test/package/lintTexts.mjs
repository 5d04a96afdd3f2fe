// Reads [{ file, text }] from standard input and writes what ESLint says of each text as if it stood
// in that file: a program of its own, because the configuration is an ES module and Jest loads none.
import { json } from 'node:stream/consumers';

import { ESLint } from 'eslint';

const eslint = new ESLint();
const messages = [];
for (const { file, text } of await json(process.stdin)) {
	const [result] = await eslint.lintText(text, { filePath: file });
	messages.push(result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}
console.log(JSON.stringify(messages));
