import { BlockList, isIP } from 'node:net';

/*
 * Addresses that are not on the public internet (IANA's registries of special-purpose addresses): a subscriber must not have the notifier speak
 * to machines that stand beside it.
 */
const special = new BlockList();
for (const [network, bits] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.88.99.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 3],
] as const)
	special.addSubnet(network, bits, 'ipv4');
// of IPv6 all but the global unicast addresses, and of these what is a way to an IPv4 address, or documentation
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
	['2001::', 23],
	['2001:db8::', 32],
	['2002::', 16],
	['3fff::', 20],
] as const)
	special.addSubnet(network, bits, 'ipv6');

/** Whether an IP address, in any of its written forms, is not on the public internet. What is none is not either. */
export function isPrivateAddress(address: string): boolean {
	const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
	const version = isIP(bare);
	if (version === 4) return special.check(bare, 'ipv4');
	if (version === 6) return !global.check(bare, 'ipv6') || special.check(bare, 'ipv6');
	return true;
}

/** Whether a host as a URL has it is an IP address. */
export const isAddress = (host: string): boolean => isIP(host.replace(/^\[|\]$/g, '')) > 0;

/** This machine itself. */
export const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/.test(host);
