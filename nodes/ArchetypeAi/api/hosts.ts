/** Name suffixes that only a local network resolves. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/;

/** Address ranges outside the public internet (IPv4): first address and prefix length. */
const PRIVATE_4: Array<[first: string, bits: number]> = [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['224.0.0.0', 3],
];

/**
 * Whether a host, as URL gives it, is this machine or on a non-public network, by its address or name.
 * What a public name resolves to cannot be seen here; n8n's own SSRF setting covers that.
 */
export function isPrivateHost(host: string): boolean {
	const name = host.toLowerCase().replace(/\.$/, '');
	if (name.startsWith('[')) return isPrivate6(groupsOf(name.slice(1, -1)));
	const address = numberOf4(name);
	if (address !== undefined) return isPrivate4(address);
	return LOCAL_NAME.test(name) || !name.includes('.');
}

function numberOf4(address: string): number | undefined {
	if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) return undefined;
	return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

const isPrivate4 = (address: number): boolean =>
	PRIVATE_4.some(([first, bits]) => {
		const size = 2 ** (32 - bits);
		return Math.floor(address / size) === Math.floor(numberOf4(first)! / size);
	});

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
	const [start = '', end] = address.split('::');
	const numbers = (part: string) =>
		part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
	const [first, last] = [numbers(start), numbers(end ?? '')];
	const zeros = new Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0);
	return end === undefined ? first : [...first, ...zeros, ...last];
}

function isPrivate6(groups: number[]): boolean {
	const [first = 0, second = 0] = groups;
	const tail = (at: number) => isPrivate4((groups[at] ?? 0) * 65_536 + (groups[at + 1] ?? 0));
	const startsWith = (...start: number[]) => start.every((group, place) => groups[place] === group);
	if (startsWith(0, 0, 0, 0, 0)) {
		// Unspecified, loopback, and IPv4 in IPv6.
		return [0, 0xffff].includes(groups[5]!) ? groups[5] === 0 || tail(6) : true;
	}
	if (startsWith(0x64, 0xff9b)) return second === 0xff9b && tail(6);
	if (first === 0x2002) return tail(1);
	// Unique local, link local, site local, and multicast.
	return first >= 0xfc00;
}
