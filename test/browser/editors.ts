import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import type { N8nInstallation } from '../../tools/n8n/install';
import type { PackedPackage } from '../../tools/n8n/pack';
import { describeEachHost } from '../host/hosts';
import { Editor } from './editor';
import { findChromium, launchBrowser, newPage, NO_BROWSER } from './editor/browser';
import { Pictures } from './editor/pictures';

const pictureFolder = join(__dirname, '..', '..', '.cache', 'browser');
/** For a busy machine; the longest scene waits for a poll, which comes once a minute. */
const SCENE_TIMEOUT_MS = 180_000;

/** Runs the tests in each n8n's editor; skipped without a browser or an installed n8n. */
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

/** An editor in its own browser, and the pictures taken there. */
export interface Seat {
	editor: Editor;
	pictures: Pictures;
	/** The first scene that failed. */
	failed?: string;
}

/** Starts the browser before the surrounding tests and closes it after them. */
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

/** A test that continues where the previous one ended, and is not attempted if that failed. */
export function nextScene(seat: Seat, name: string, play: () => Promise<void>): void {
	scene(seat, name, async () => {
		if (seat.failed !== undefined) throw new SkippedError(`"${seat.failed}" failed before.`);
		await play();
	});
}

/** A scene that was not attempted, so there is nothing to see. */
class SkippedError extends Error {}

/** A test that saves a picture of how it ended, passed or failed. */
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
