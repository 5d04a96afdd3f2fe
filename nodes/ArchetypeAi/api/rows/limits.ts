/**
 * How large the pieces of a file may be, so that none of them, sent by whomever, takes the memory of
 * the server. Each is far above what results have, and ends in an error that names it: docs/limits.md.
 */

/** Characters of a line of JSONL, or of a record of CSV with the line breaks in its quotes. */
export const LONGEST_LINE = 32 * 1024 * 1024;
/** Fields of a record. */
export const MOST_COLUMNS = 20_000;
/** Characters of the name of a column. */
export const LONGEST_NAME = 1_000;
/** Bytes of a header line that parts are combined by. */
export const LONGEST_HEADER = 1024 * 1024;
/** Bytes that a compressed file may unpack to for each of its own, once it is past the first ones. */
export const MOST_UNPACKED = { bytes: 256 * 1024 * 1024, ratio: 200 };
