/** The one typed map of requests between contexts: everything that is sent by `runtime.sendMessage`. */
import type { ContentRequests } from './content.ts';
import type { DeviceRequests } from './devices.ts';
import type { PopupRequests } from './popup.ts';
import type { Fault } from './rooms.ts';

export type Requests = ContentRequests & PopupRequests & DeviceRequests;

export type RequestName = keyof Requests;

export type Answer<N extends RequestName> = { ok: true; value: Requests[N]['out'] } | { ok: false; fault: Fault };

export type Envelope<N extends RequestName = RequestName> = { to: N; body: Requests[N]['in'] };
