import { createHash } from 'node:crypto';

/** The time of the run in a sample: a Monday. */
const SAMPLE_NOW = Date.UTC(2026, 2, 2, 9, 0, 0);
/** The time of the poll in a sample, which has milliseconds. */
const SAMPLE_SEEN = new Date(SAMPLE_NOW + 41_250).toISOString();

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 26;
const ID = /\b([a-z]{2,6})_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;
const TIME_OF_SERVICE = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/g;
const TIME_OF_HOST = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const TIME_IN_WORDS = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d)(?= UTC)/g;
const SECONDS_OF_SERVICE = /(?<="last_updated":)[\d.]+/g;
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/g;

/**
 * Replaces everything that varies between runs: the n-th ID of a kind is always the same, and times
 * are shifted so that `now`, in microseconds, is always the same moment.
 */
export function steady<Value>(value: Value, now: number): Value {
	const seen = new Map<string, string>();
	const idOf = (id: string, prefix: string): string => {
		const known = seen.get(id) ?? sampleId(prefix, countOf(seen, prefix));
		seen.set(id, known);
		return known;
	};
	const timeOf = (time: string): string => {
		const moved = SAMPLE_NOW * 1000 + microsOf(time) - now;
		const rest = String(moved % 1000).padStart(3, '0');
		return `${new Date(Math.floor(moved / 1000)).toISOString().slice(0, -1)}${rest}Z`;
	};
	const secondsOf = (seconds: string): string =>
		String(Math.round(SAMPLE_NOW * 1000 + Number(seconds) * 1e6 - now) / 1e6);
	const wordsOf = (_: string, day: string, clock: string): string =>
		timeOf(`${day}T${clock}:00.000000Z`).slice(0, 16).replace('T', ' ');
	const text = JSON.stringify(value)
		.replace(SECONDS_OF_SERVICE, secondsOf)
		.replace(TIME_IN_WORDS, wordsOf)
		.replace(TIME_OF_HOST, SAMPLE_SEEN)
		.replace(TIME_OF_SERVICE, timeOf)
		.replace(ID, idOf)
		.replace(ADDRESS, 'https://storage.example.com');
	return JSON.parse(text) as Value;
}

/** A time as the service formats it, in microseconds since 1970. */
export const microsOf = (time: string): number =>
	Date.parse(time) * 1000 + Number(time.slice(-4, -1));

const countOf = (seen: Map<string, string>, prefix: string): number =>
	[...seen.keys()].filter((id) => id.startsWith(`${prefix}_`)).length;

function sampleId(prefix: string, number: number): string {
	const bytes = createHash('sha256').update(`${prefix} ${number}`).digest();
	const characters = [...bytes.subarray(0, ID_LENGTH)].map((byte, place) =>
		ALPHABET.charAt(place === 0 ? byte % 8 : byte % ALPHABET.length),
	);
	return `${prefix}_${characters.join('')}`;
}
