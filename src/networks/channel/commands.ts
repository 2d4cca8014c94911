import type { ErrorCode } from '../../messages/errors.ts';
import type { ChannelRequest, ChannelResponse, CounterSearch } from './channel.ts';

/** Background → offscreen document → frame. `id` numbers the requests and sockets of one channel. */
export type ChannelCommand =
	| { id: number; kind: 'fetch'; request: Omit<ChannelRequest, 'signal'> }
	| { id: number; kind: 'socket'; url: string; protocols: string[] }
	| { id: number; kind: 'search'; search: CounterSearch }
	| { id: number; kind: 'send'; data: string }
	/** ends a request that is under way, or closes a socket */
	| { id: number; kind: 'end' };

/** Frame → offscreen document → background. */
export type ChannelEvent =
	| { id: number; kind: 'answer'; response: ChannelResponse }
	| { id: number; kind: 'opened' }
	/** what was to be sent has left */
	| { id: number; kind: 'sent' }
	| { id: number; kind: 'data'; data: string }
	| { id: number; kind: 'tried'; tried: number }
	| { id: number; kind: 'counter'; counter: string }
	/** the socket closed, or the request failed */
	| { id: number; kind: 'failed'; code: ErrorCode; detail: string };
