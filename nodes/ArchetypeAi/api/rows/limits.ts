/**
 * Size limits for the pieces of a file, so that none of them, whoever sent it, can exhaust the server's
 * memory. Each is far above what results have, and exceeding it is an error that names it: docs/limits.md.
 */

/** Characters in a line of JSONL, or in a record of CSV including quoted line breaks. */
export const LONGEST_LINE = 32 * 1024 * 1024;
/** Fields in a record. */
export const MOST_COLUMNS = 20_000;
/** Characters in a column name. */
export const LONGEST_NAME = 1_000;
/** Bytes in a header line when parts are combined. */
export const LONGEST_HEADER = 1024 * 1024;
/** Bytes that a compressed file may unpack to, as a multiple of its size; applies beyond the first ones. */
export const MOST_UNPACKED = { bytes: 256 * 1024 * 1024, ratio: 200 };
