// Builds the published package: dist/ holds compiled JavaScript plus the icons and codex files
// that n8n reads beside it.
const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src, watch } = require('gulp');

/** `npm run dev` names another folder. */
const dist = process.env.DIST ?? 'dist';
const icons = ['nodes/**/*.svg', 'credentials/**/*.svg'];
const codexes = ['nodes/**/*.node.json'];

function clean() {
	return rm(dist, { recursive: true, force: true });
}

function compile() {
	return tsc();
}

function tsc(...options) {
	const args = [require.resolve('typescript/bin/tsc'), '--outDir', dist, ...options];
	return spawn(process.execPath, args, { stdio: 'inherit' });
}

function copyIcons() {
	return copy(icons);
}
copyIcons.displayName = 'icons';

function copyCodexes() {
	return copy(codexes);
}
copyCodexes.displayName = 'codex';

/** `encoding: false` keeps bytes as they are: gulp 5 otherwise decodes every file as UTF-8. */
function copy(globs) {
	return src(globs, { base: '.', encoding: false }).pipe(dest(dist));
}

/** What does not compile is printed, and the next save is compiled again. */
function watchSources() {
	watch(icons, copyIcons);
	watch(codexes, copyCodexes);
	const compiler = tsc('--watch', '--preserveWatchOutput');
	process.once('SIGTERM', () => {
		compiler.kill();
		process.exit(143);
	});
	return compiler;
}

const build = series(clean, parallel(compile, copyIcons, copyCodexes));

module.exports = {
	clean,
	compile,
	icons: copyIcons,
	codex: copyCodexes,
	build,
	watch: series(clean, parallel(copyIcons, copyCodexes), watchSources),
};
