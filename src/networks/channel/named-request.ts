import { BautaError } from '../../messages/errors.ts';
import { type ChannelRequest, type ChannelResponse, maxBody, unixSeconds } from './channel.ts';

/** Firefox has a request without any credentials from whoever asks for it; the types do not know that. */
type AnonymousRequest = new (options: { mozAnon: true }) => XMLHttpRequest;

/**
 * Firefox: one clean request, to a host that is granted. Over HTTP/1.1 each has a connection of its own. Over HTTP/2 `Connection: close` says
 * nothing. There Firefox keeps connections apart by the name in the address, which leaves the browser in no header; but where the host has a
 * name, and not a number, it joins what goes to the same IP address, so that requests of another channel within three minutes share the
 * connection (THREATS.md N6). Nothing that an extension may set prevents that, and a proxy does. `fetch` takes no such address. What `fetch` is
 * told by its options, header rules see to: no redirect, nothing kept (platform/channel.ts). Throws `cancelled`, `server-down`, `bad-answer`.
 */
export function namedRequest(
	{ url, method, accept, contentType, bearer, body, signal }: ChannelRequest,
	name: string,
): Promise<ChannelResponse> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) throw new BautaError('cancelled');
		const request = new (XMLHttpRequest as unknown as AnonymousRequest)({ mozAnon: true });
		const stop = () => request.abort();
		signal?.addEventListener('abort', stop, { once: true });
		let isTooLong = false;
		request.open(method, url, true, name);
		if (accept) request.setRequestHeader('accept', accept);
		if (contentType) request.setRequestHeader('content-type', contentType);
		if (bearer) request.setRequestHeader('authorization', `Bearer ${bearer}`);
		request.overrideMimeType('text/plain; charset=utf-8');
		request.onprogress = ({ loaded }) => {
			isTooLong ||= loaded > maxBody;
			if (isTooLong) request.abort();
		};
		request.onload = () =>
			resolve({
				status: request.status,
				date: unixSeconds(request.getResponseHeader('date')),
				// the header is taken off, so that Firefox asks nobody for a password
				authenticate: request.status === 401,
				body: request.responseText,
			});
		request.onerror = () => reject(new BautaError('server-down', new URL(url).origin));
		request.onabort = () => reject(isTooLong ? new BautaError('bad-answer', 'too long') : new BautaError('cancelled'));
		request.onloadend = () => signal?.removeEventListener('abort', stop);
		request.send(body ?? null);
	});
}
