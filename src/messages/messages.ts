/** The one typed map of requests between contexts: everything that is sent by `runtime.sendMessage`. */
import type { ContentRequests } from './content.ts';
import type { DeviceRequests } from './devices.ts';
import type { NotifierRequests } from './notifier.ts';
import type { PopupRequests } from './popup.ts';
import type { ProofRequests } from './proofs.ts';
import type { Fault } from './rooms.ts';

/** Every request by its name, with the type of its body and of its answer. */
export type Requests = ContentRequests & PopupRequests & DeviceRequests & ProofRequests & NotifierRequests;

/** The name of a request. */
export type RequestName = keyof Requests;

/** What comes back for a request. */
export type Answer<N extends RequestName> = { ok: true; value: Requests[N]['out'] } | { ok: false; fault: Fault };

/** A request as it is sent: to whom it goes, by name, and its body. */
export type Envelope<N extends RequestName = RequestName> = { to: N; body: Requests[N]['in'] };
