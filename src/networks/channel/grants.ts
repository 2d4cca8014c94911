import { BautaError } from '../../messages/errors.ts';
import { hostsGranted } from '../../platform/channel.ts';
import { isOwnSite } from '../../platform/own-site.ts';
import type { ChannelRequest, ChannelResponse } from './channel.ts';

/**
 * A host is granted before it is used: header rules reach no other, and languages, Origin and the profile's own address would go along
 * (THREATS.md N2, N4, N11). Throws `host-permission` with the http(s) origin; then nothing was connected.
 */
export async function requireHosts(...urls: string[]): Promise<void> {
	if (!(await hostsGranted(urls))) throw new BautaError('host-permission', new URL((urls[0] as string).replace(/^ws/, 'http')).origin);
}

/** Servers of another site are not told which page a guest comes from; some want to know it, and refuse. */
const wantsOrigin = (page: string, url: string, status: number): boolean => status === 403 && !isOwnSite(page, url);

/** The answer to a request. Throws `origin-refused` with the origin where the server takes no guest who names no page. */
export function requireGuests(page: string, { url, method }: ChannelRequest, response: ChannelResponse): ChannelResponse {
	if (method === 'POST' && wantsOrigin(page, url, response.status)) throw new BautaError('origin-refused', new URL(url).origin);
	return response;
}

/** Why a WebSocket did not open; the browser hides the status, so that of the request before it has to tell. */
export function socketFault(page: string, url: string, status: number, fault: BautaError): BautaError {
	const isRefusal = fault.code === 'server-down' && wantsOrigin(page, url, status);
	return isRefusal ? new BautaError('origin-refused', new URL(url).origin) : fault;
}
