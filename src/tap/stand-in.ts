/**
 * What the page gets in place of a notification of its own: the same object to look at, and nothing on the desktop. It is made before
 * anybody knows whose the message is, and nothing that is known later comes back to it.
 */
import { prepareValues } from './notification-values.ts';
import { apply, defineProperty, getOwnPropertyDescriptor, later, listen, NativeProxy, slice, weakGet, weakSet } from './primordials.ts';

/** ms until a notification counts as shown, and as gone after it was closed: for all of them alike. */
const showDelay = 30;
const closeDelay = 5;

interface State {
	values: Record<string, unknown>;
	/** what the page has set as `onclick` and the like */
	handlers: Record<string, unknown>;
	isOnShow: boolean;
	isGone: boolean;
}
type States = WeakMap<object, State>;

/** What stands in for notifications here. */
export interface StandIns {
	/** a stand-in with these arguments; null where the browser's own function is to say what is wrong with them. `persistent`: as a service worker shows them */
	make(title: unknown, options: unknown, newTarget: object, persistent?: boolean): EventTarget | null;
	/** its tag, and whether the page has closed it */
	look(standIn: EventTarget): { tag: unknown; isGone: boolean };
	close(standIn: EventTarget): void;
}

/** Has a property of all notifications answer for stand-ins as well. One that can be set is a handler of an event. */
function takeProperty(prototype: object, name: string, states: States): void {
	const property = getOwnPropertyDescriptor(prototype, name);
	if (!property?.get) return;
	const isHandler = property.set !== undefined;
	property.get = new NativeProxy(property.get, {
		apply(target, self: object, values) {
			const state = weakGet(states, self);
			if (!state) return apply(target, self, values);
			return isHandler ? (state.handlers[name] ?? null) : state.values[name];
		},
	});
	if (property.set)
		property.set = new NativeProxy(property.set, {
			apply(target, self: EventTarget, values: [unknown]) {
				const state = weakGet(states, self);
				if (!state) return apply(target, self, values as never);
				const handler = values[0];
				if (!(name in state.handlers))
					listen(self, slice(name, 2), (event) => {
						const current = state.handlers[name];
						if (typeof current === 'function') apply(current as never, self, [event] as never);
					});
				state.handlers[name] = typeof handler === 'function' || (typeof handler === 'object' && handler) ? handler : null;
			},
		});
	defineProperty(prototype, name, property);
}

/** Takes over what reads notifications. To be called before the page's first script. `Native`: the browser's `Notification`. */
export function prepareStandIns({ prototype }: typeof Notification): StandIns {
	const { construct } = Reflect;
	const { create } = Object;
	const [NativeTarget, NativeEvent] = [EventTarget, Event];
	const { dispatchEvent } = EventTarget.prototype;
	const readValues = prepareValues(prototype);
	const states: States = new WeakMap();
	for (const name of Object.getOwnPropertyNames(prototype)) takeProperty(prototype, name, states);

	const fire = (standIn: EventTarget, type: string) => void apply(dispatchEvent, standIn, [new NativeEvent(type)]);
	function close(standIn: EventTarget): void {
		const state = weakGet(states, standIn);
		if (!state || state.isGone) return;
		state.isGone = true;
		if (state.isOnShow) later(() => fire(standIn, 'close'), closeDelay);
	}
	prototype.close = new NativeProxy(prototype.close, {
		apply: (target, self: Notification, values) => (weakGet(states, self) ? close(self) : apply(target, self, values)),
	});
	function comeUp(standIn: EventTarget, state: State): void {
		state.isOnShow = true;
		fire(standIn, 'show');
		if (state.isGone) later(() => fire(standIn, 'close'), closeDelay);
	}
	return {
		make(title, options, newTarget, persistent = false) {
			try {
				const values = readValues(title, (options ?? {}) as Record<string, unknown>, persistent);
				if (!values) return null;
				const standIn = construct(NativeTarget, [], newTarget as never) as EventTarget;
				const state: State = { values, handlers: create(null), isOnShow: persistent, isGone: false };
				weakSet(states, standIn, state);
				if (!persistent) later(() => comeUp(standIn, state), showDelay);
				return standIn;
			} catch {
				return null;
			}
		},
		close,
		look: (standIn) => {
			const state = weakGet(states, standIn);
			return { tag: state?.values.tag, isGone: state?.isGone ?? true };
		},
	};
}
