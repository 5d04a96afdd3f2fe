// Builds the published package: dist/ holds compiled JavaScript plus the icons and codex files
// that n8n reads beside it.
const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src, watch } = require('gulp');

const sources = ['nodes/**/*.ts', 'credentials/**/*.ts'];
const icons = ['nodes/**/*.svg', 'credentials/**/*.svg'];
const codexes = ['nodes/**/*.node.json'];

function clean() {
	return rm('dist', { recursive: true, force: true });
}

function compile() {
	return spawn(process.execPath, [require.resolve('typescript/bin/tsc')], { stdio: 'inherit' });
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
	return src(globs, { base: '.', encoding: false }).pipe(dest('dist'));
}

/** A failed compile is printed by tsc; the watcher goes on, so the next save can mend it. */
function watchSources() {
	watch(sources, compile);
	watch(icons, copyIcons);
	watch(codexes, copyCodexes);
}

const build = series(clean, parallel(compile, copyIcons, copyCodexes));

module.exports = {
	clean,
	compile,
	icons: copyIcons,
	codex: copyCodexes,
	build,
	watch: series(build, watchSources),
};
