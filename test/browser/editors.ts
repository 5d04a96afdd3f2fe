import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import type { N8nInstallation } from '../../tools/n8n/install';
import type { PackedPackage } from '../../tools/n8n/pack';
import { describeEachHost } from '../host/hosts';
import { Editor } from './editor';
import { findChromium, launchBrowser, newPage, NO_BROWSER } from './editor/browser';
import { Pictures } from './editor/pictures';

const pictureFolder = join(__dirname, '..', '..', '.cache', 'browser');
/** On a busy machine; the longest of them waits for a poll, which comes once a minute. */
const SCENE_TIMEOUT_MS = 180_000;

/** The same tests in the editor of each n8n; skipped without a browser or an installed n8n. */
export function describeEachEditor(
	tests: (installation: N8nInstallation, packed: PackedPackage) => void,
): void {
	if (findChromium() === undefined) {
		describe.skip(`the editor. ${NO_BROWSER}`, () => {
			test('is looked at', () => {});
		});
		return;
	}
	describeEachHost(tests);
}

/** An editor in a browser of its own, and the pictures taken there. */
export interface Seat {
	editor: Editor;
	pictures: Pictures;
	/** The first scene that failed. */
	failed?: string;
}

/** Sits down before the tests around it and gets up after them. */
export function useSeat({ version }: N8nInstallation): Seat {
	const seat = {} as Seat;
	let browser: Browser;

	beforeAll(async () => {
		browser = await launchBrowser();
		const page = await newPage(browser);
		seat.editor = new Editor(page);
		seat.pictures = new Pictures(page, join(pictureFolder, version));
	});

	afterAll(async () => {
		await browser?.close();
	});

	return seat;
}

/** A test that goes on where the one before it ended: not worth a try when that failed. */
export function nextScene(seat: Seat, name: string, play: () => Promise<void>): void {
	scene(seat, name, async () => {
		if (seat.failed !== undefined) throw new SkippedError(`"${seat.failed}" failed before.`);
		await play();
	});
}

/** A scene that was not tried: nothing to be seen. */
class SkippedError extends Error {}

/** A test that leaves a picture of what it ended with, good or bad. */
export function scene(seat: Seat, name: string, play: () => Promise<void>): void {
	test(
		name,
		async () => {
			try {
				await play();
				await seat.pictures.take(name);
			} catch (error) {
				if (!(error instanceof SkippedError)) await seat.pictures.take(`FAILED ${name}`);
				seat.failed ??= name;
				throw error;
			}
		},
		SCENE_TIMEOUT_MS,
	);
}
