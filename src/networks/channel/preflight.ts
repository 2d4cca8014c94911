import { BautaError } from '../../messages/errors.ts';
import type { ChannelRequest, ChannelResponse } from './channel.ts';

/**
 * In Chromium before a WebSocket, in Firefox after one that did not open: a clean fetch of the same address. Chromium adds a cached HTTP
 * password to a WebSocket and nothing can take it off, so a server that asks for one (401 with WWW-Authenticate) is refused: `auth-required`
 * with the origin (THREATS.md N3). Returns the answer's status.
 */
export async function withoutPassword(
	fetch: (request: ChannelRequest) => Promise<ChannelResponse>,
	page: string,
	signal: AbortSignal,
): Promise<number> {
	const { status, authenticate } = await fetch({ url: page, method: 'GET', signal });
	if (authenticate || status === 401 || status === 407) throw new BautaError('auth-required', new URL(page).origin);
	return status;
}
