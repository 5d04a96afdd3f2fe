/** The character encoding of a text file. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How many bytes {@link recognize} needs: this many, or all of a smaller file. */
export const ENOUGH_BYTES = 4096;

/** What the first bytes of a file show: text, gzip, or something that holds no rows. */
export type Recognized =
	| { kind: 'text'; /** Said by a byte order mark. */ mark?: Encoding; markBytes: number }
	| { kind: 'gzip' }
	| {
			kind: 'other';
			/** As the end of a sentence: `it is a PNG picture`. */
			words: string;
			/** Whether it may be text anyway. */
			isMaybeText?: boolean;
	  };

/**
 * What a file is, by its first bytes: names and types are often wrong. Text has no known signature and no
 * zero bytes; whether it is a table is not checked here.
 */
export function recognize(head: Buffer): Recognized {
	const mark = MARKS.find(({ bytes }) => startsWith(head, bytes));
	if (mark?.encoding !== undefined) {
		return { kind: 'text', mark: mark.encoding, markBytes: mark.bytes.length };
	}
	if (mark !== undefined)
		return { kind: 'other', words: 'it is text in UTF-32, which is not supported' };
	if (startsWith(head, [0x1f, 0x8b])) return { kind: 'gzip' };

	const known = SIGNATURES.find(
		({ at = 0, bytes, isWord = false }) =>
			startsWith(head.subarray(at), bytes) && !(isWord && isPlain(head)),
	);
	if (known !== undefined) return { kind: 'other', words: `it is ${known.what}` };
	if (head.includes(0)) return { kind: 'other', words: ZEROS, isMaybeText: true };
	return { kind: 'text', markBytes: 0 };
}

const startsWith = (head: Buffer, bytes: number[]): boolean =>
	bytes.every((byte, place) => byte === ANY || head[place] === byte);

/** UTF-32 comes before UTF-16, whose mark it begins with. */
const MARKS: Array<{ bytes: number[]; encoding?: Encoding }> = [
	{ bytes: [0xff, 0xfe, 0x00, 0x00] },
	{ bytes: [0x00, 0x00, 0xfe, 0xff] },
	{ bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
	{ bytes: [0xff, 0xfe], encoding: 'utf-16le' },
	{ bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

const ZEROS =
	'it holds zero bytes, as binary files do, and UTF-16 without a byte order mark. If it is text, choose its Encoding in the options of Read Rows';

const ANY = -1;
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** Whether bytes may be text: none of them is one that never occurs in text. */
const isPlain = (head: Buffer): boolean =>
	head.every((byte) => (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d));

/** `isWord`: a table may also begin this way, such as one with the column PARENT, while a real file of this kind is binary. */
const SIGNATURES: Array<{ at?: number; bytes: number[]; what: string; isWord?: boolean }> = [
	{ bytes: ascii('PK\x03\x04'), what: 'a ZIP archive, such as an Excel workbook' },
	{ bytes: ascii('PK\x05\x06'), what: 'an empty ZIP archive' },
	{
		bytes: [0xd0, 0xcf, 0x11, 0xe0],
		what: 'a file of Microsoft Office, such as an old Excel workbook',
	},
	{ bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'compressed with Zstandard' },
	{ bytes: [...ascii('BZh'), ANY, 0x31, 0x41, 0x59, 0x26], what: 'compressed with bzip2' },
	{ bytes: [0xfd, ...ascii('7zXZ\0')], what: 'compressed with xz' },
	{ bytes: [0x04, 0x22, 0x4d, 0x18], what: 'compressed with LZ4' },
	{ bytes: [0xff, 0x06, 0x00, 0x00, ...ascii('sNaPpY')], what: 'compressed with Snappy' },
	{ bytes: [0x1f, 0x9d], what: 'compressed with compress (.Z)' },
	{ bytes: [0x78, 0x01], what: 'compressed with zlib' },
	{ bytes: [0x78, 0x9c], what: 'compressed with zlib' },
	{ bytes: [0x78, 0xda], what: 'compressed with zlib' },
	{ bytes: [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c], what: 'a 7-Zip archive' },
	{ bytes: ascii('Rar!\x1a\x07'), what: 'a RAR archive' },
	{ at: 257, bytes: ascii('ustar'), what: 'a tar archive', isWord: true },
	{ bytes: ascii('PAR1'), what: 'a Parquet file', isWord: true },
	{ bytes: ascii('PARE'), what: 'an encrypted Parquet file', isWord: true },
	{ bytes: ascii('ARROW1'), what: 'an Arrow file', isWord: true },
	{ bytes: ascii('FEA1'), what: 'a Feather file', isWord: true },
	{ bytes: ascii('Obj\x01'), what: 'an Avro file' },
	{ bytes: [...ascii('ORC'), ANY, ANY, ANY, ANY, 0x00], what: 'an ORC file' },
	{ bytes: [0x89, ...ascii('HDF\r\n\x1a\n')], what: 'an HDF5 file' },
	{ bytes: ascii('CDF\x01'), what: 'a NetCDF file' },
	{ bytes: ascii('CDF\x02'), what: 'a NetCDF file' },
	{ bytes: [0x93, ...ascii('NUMPY')], what: 'a NumPy array' },
	{ bytes: ascii('MATLAB 5.0 MAT-file'), what: 'a MATLAB file' },
	{ bytes: ascii('SQLite format 3\0'), what: 'an SQLite database' },
	{ bytes: ascii('%PDF-'), what: 'a PDF document' },
	{ bytes: ascii('{\\rtf'), what: 'an RTF document' },
	{ bytes: [0x89, ...ascii('PNG\r\n\x1a\n')], what: 'a PNG picture' },
	{ bytes: [0xff, 0xd8, 0xff], what: 'a JPEG picture' },
	{ bytes: ascii('GIF8'), what: 'a GIF picture', isWord: true },
	{ bytes: [...ascii('RIFF'), ANY, ANY, ANY, ANY, ...ascii('WEBP')], what: 'a WebP picture' },
	{ bytes: [...ascii('RIFF'), ANY, ANY, ANY, ANY, ...ascii('WAVE')], what: 'a WAV recording' },
	{ bytes: ascii('II*\0'), what: 'a TIFF picture' },
	{ bytes: ascii('MM\0*'), what: 'a TIFF picture' },
	{ at: 4, bytes: ascii('ftyp'), what: 'an MP4 video', isWord: true },
	{ bytes: [0x1a, 0x45, 0xdf, 0xa3], what: 'a Matroska or WebM video' },
	{ bytes: ascii('OggS'), what: 'an Ogg recording', isWord: true },
	{ bytes: ascii('ID3'), what: 'an MP3 recording', isWord: true },
	{ bytes: ascii('fLaC'), what: 'a FLAC recording', isWord: true },
	{ bytes: [0x7f, ...ascii('ELF')], what: 'a program' },
	{ bytes: [0x80, ANY, 0x95], what: 'a Python pickle' },
];
