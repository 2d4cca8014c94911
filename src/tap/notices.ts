/**
 * The page's notifications of anonymous messages, one's own and other people's alike: the page gets stand-ins, and Bauta shows what is other
 * people's. A part of the tap that runs only where the browser lets Bauta show notifications.
 */
import { type AnonymousFrame, frameShownBy, isSoundAnonymous, noteFrame } from './anonymous-frames.ts';
import type { Gate } from './gate.ts';
import { apply, defineProperty, exec, getOwnPropertyDescriptor, listen, NativeProxy, now, push, whenSettled } from './primordials.ts';
import { prepareStandIns, type StandIns } from './stand-in.ts';

/** What the page plays this soon after an act of the user's, in ms, the user has asked for. */
const actSpan = 1000;
/** `message` is any page's: nothing of it is run. */
const ownText = (message: unknown, name: string): unknown =>
	typeof message === 'object' && message ? getOwnPropertyDescriptor(message, name)?.value : undefined;
/** Hands a message over, as the page would have shown a notification of it; false where that cannot be. */
type Ring = (frame: AnonymousFrame) => boolean;
/** The connection that an event came by; null where it is none that the tap hears: any script can send itself messages of other kinds. */
type FindConnection = (source: object) => { gate: Gate; url: string } | null;
const getterOf = (owner: object, name: string) => Object.getOwnPropertyDescriptor(owner, name)?.get as (this: unknown) => unknown;

/** Whose notification this is to be, if it is one of an anonymous message. Only what is surely text is compared. */
function frameOf(title: unknown, options: unknown): AnonymousFrame | null {
	if (typeof title === 'symbol' || (options !== undefined && options !== null && typeof options !== 'object')) return null;
	try {
		const { body } = (options ?? {}) as { body?: unknown };
		return frameShownBy(`${title}`, body === undefined ? '' : `${body}`);
	} catch {
		return null;
	}
}

/** What comes from the server is looked at before anything of the page can have read it: whoever reads it asks for the event's data. */
function hearFirst(findConnection: FindConnection): void {
	const { prototype } = MessageEvent;
	const property = getOwnPropertyDescriptor(prototype, 'data');
	const source = getterOf(Event.prototype, 'target');
	if (!property?.get) return;
	property.get = new NativeProxy(property.get, {
		apply(target, self: MessageEvent, values) {
			const data = apply(target, self, values);
			// no script can change `isTrusted`
			const from = typeof data === 'string' && self.isTrusted && (apply(source, self, []) as object | null);
			const connection = from && findConnection(from);
			if (connection) noteFrame(connection.gate, connection.url, data);
			return data;
		},
	});
	defineProperty(prototype, 'data', property);
}

/** `Notification`, in every form in which a page may call it. */
function takeConstructor(Native: typeof Notification, standIns: StandIns, ring: Ring, isGranted: () => boolean): void {
	const { construct } = Reflect;
	const property = getOwnPropertyDescriptor(Native.prototype, 'constructor') as PropertyDescriptor;
	const Taken = new NativeProxy(Native, {
		construct(target, values: unknown[], newTarget) {
			const frame = values.length > 0 && isGranted() ? frameOf(values[0], values[1]) : null;
			const standIn = frame && standIns.make(values[0], values[1], newTarget);
			if (!standIn || !ring(frame)) return construct(target, values, newTarget);
			return standIn;
		},
	});
	defineProperty(Native.prototype, 'constructor', { ...property, value: Taken });
	defineProperty(window, 'Notification', { ...getOwnPropertyDescriptor(window, 'Notification'), value: Taken });
}

/** What the page has its service worker show. */
function takeRegistration(Native: typeof Notification, standIns: StandIns, ring: Ring, isGranted: () => boolean): void {
	const { prototype } = ServiceWorkerRegistration;
	const active = getterOf(prototype, 'active');
	const resolve = Promise.resolve.bind(Promise);
	let standInList: { registration: object; standIn: EventTarget; tag: unknown }[] = [];
	/** forgets those that are closed; `tag`: and closes those that have it, as a new one takes their place */
	const sweep = (tag: unknown) => {
		const rest: typeof standInList = [];
		for (let at = 0; at < standInList.length; at++) {
			const one = standInList[at];
			if (!one || standIns.look(one.standIn).isGone) continue;
			if (tag && one.tag === tag) standIns.close(one.standIn);
			else push(rest, one);
		}
		standInList = rest;
	};
	prototype.showNotification = new NativeProxy(prototype.showNotification, {
		apply(target, self: ServiceWorkerRegistration, values: unknown[]) {
			const isAllowed = values.length > 0 && isGranted() && apply(active, self, []);
			const frame = isAllowed ? frameOf(values[0], values[1]) : null;
			const standIn = frame && standIns.make(values[0], values[1], Native, true);
			if (!standIn || !ring(frame)) return apply(target, self, values as never);
			const { tag } = standIns.look(standIn);
			sweep(tag);
			push(standInList, { registration: self, standIn, tag });
			return resolve();
		},
	});
	prototype.getNotifications = new NativeProxy(prototype.getNotifications, {
		apply(target, self: ServiceWorkerRegistration, values: unknown[]) {
			const answer = apply(target, self, values as never) as Promise<Notification[]>;
			const tag = (values[0] as { tag?: unknown } | undefined)?.tag;
			return whenSettled(answer, (list) => {
				sweep('');
				for (let at = 0; at < standInList.length; at++) {
					const one = standInList[at];
					if (one?.registration === self && (tag === undefined || tag === '' || `${tag}` === one.tag))
						push(list, one.standIn as Notification);
				}
				return list;
			}) as never;
		},
	});
}

/** The page tells its service worker to show something (The Lounge): an object with a title and a body that are those of a message. */
function takeWorkerMessages(ring: Ring, isGranted: () => boolean): void {
	const { prototype } = ServiceWorker;
	prototype.postMessage = new NativeProxy(prototype.postMessage, {
		apply(target, self, values: unknown[]) {
			// what hands something over is no order to show it
			const isOrder = values[1] === undefined && ownText(values[0], 'type') === 'notification' && isGranted();
			const title = ownText(values[0], 'title');
			const body = ownText(values[0], 'body');
			const frame = isOrder && typeof title === 'string' && typeof body === 'string' ? frameShownBy(title, body) : null;
			if (!frame || !ring(frame)) return apply(target, self, values as never);
		},
	});
}

/**
 * The sound that the page plays with a notification, where Bauta shows that. One that the user has just asked for is no such sound, nor is one
 * that goes on and on, nor what has no address: a call, a recording. The page sees no difference between messages.
 */
function takeSounds(isGranted: () => boolean): void {
	const { prototype } = HTMLMediaElement;
	const [address, stream] = [getterOf(prototype, 'currentSrc'), getterOf(prototype, 'srcObject')];
	const [source, loop] = [getterOf(prototype, 'src'), getterOf(prototype, 'loop')];
	/** unix ms of the user's last act in the page; what is done in Bauta's composer is none */
	let lastAct = 0;
	const noteAct = ({ isTrusted }: Event) => {
		if (isTrusted) lastAct = now();
	};
	for (const type of ['click', 'keydown', 'pointerdown']) listen(window, type, noteAct, { capture: true });
	const resolve = Promise.resolve.bind(Promise);
	prototype.play = new NativeProxy(prototype.play, {
		apply(target, self: HTMLMediaElement, values) {
			const isOther = () =>
				now() - lastAct < actSpan ||
				apply(loop, self, []) ||
				apply(stream, self, []) ||
				exec(/^(blob|mediastream|data):/, `${apply(address, self, []) || apply(source, self, [])}`) !== null;
			return isSoundAnonymous() && isGranted() && !isOther() ? resolve() : apply(target, self, values);
		},
	});
}

/**
 * Takes over, which does nothing until `setNotices`. To be called before the page's first script. `ring` gets each message that the page would
 * have shown.
 */
export function takeNotices(ring: Ring, findConnection: FindConnection): void {
	const Native = window.Notification;
	// missing on insecure origins
	if (!Native) return;
	const permission = getterOf(Native, 'permission');
	const isGranted = () => apply(permission, Native, []) === 'granted';
	hearFirst(findConnection);
	takeSounds(isGranted);
	const standIns = prepareStandIns(Native);
	takeConstructor(Native, standIns, ring, isGranted);
	if (window.ServiceWorkerRegistration) takeRegistration(Native, standIns, ring, isGranted);
	if (window.ServiceWorker) takeWorkerMessages(ring, isGranted);
}
