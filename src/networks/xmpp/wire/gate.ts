import { BautaError } from '../../../messages/errors.ts';
import { isArchiveId } from './archive-id.ts';
import { names } from './namespaces.ts';
import { attribute, childOf, elementsOf, parseXml, textOf, writeXml, type XmlElement } from './xml.ts';

// THREATS.md I3: the last look at what leaves. It reads the bytes anew and knows no more than this list.

interface Rule {
	/** attributes that must stand, and those that may */
	must: string[];
	may?: string[];
	/** child elements that may stand */
	children?: string[];
	text?: RegExp;
}

const key = (name: string, namespace: string) => `{${namespace}}${name}`;
const payloads = [
	key('bind', names.bind),
	key('query', names.info),
	key('query', names.items),
	key('time', names.time),
	key('query', names.mucOwner),
	key('query', names.archive),
];
const stanzas = [key('presence', names.client), key('iq', names.client), key('message', names.client), key('auth', names.sasl)];

const rules: Record<string, Rule> = {
	[key('open', names.framing)]: { must: ['to', 'version'] },
	[key('close', names.framing)]: { must: [] },
	[key('body', names.bosh)]: {
		must: ['rid'],
		may: ['sid', 'to', 'wait', 'hold', 'ver', 'type', 'xmpp:version', 'xmpp:restart'],
		children: stanzas,
	},
	[key('auth', names.sasl)]: { must: ['mechanism'] },
	[key('iq', names.client)]: { must: ['type', 'id'], may: ['to'], children: payloads },
	[key('bind', names.bind)]: { must: [] },
	[key('query', names.info)]: { must: [] },
	[key('query', names.items)]: { must: [] },
	[key('time', names.time)]: { must: [] },
	[key('query', names.mucOwner)]: { must: [], children: [key('destroy', names.mucOwner)] },
	[key('destroy', names.mucOwner)]: { must: [] },
	[key('query', names.archive)]: { must: ['queryid'], children: [key('set', names.page)] },
	[key('set', names.page)]: { must: [], children: [key('max', names.page), key('before', names.page)] },
	[key('max', names.page)]: { must: [], text: /^\d{1,4}$/ },
	[key('before', names.page)]: { must: [], text: /^.{1,1024}$/su },
	[key('presence', names.client)]: { must: ['to'], may: ['type'], children: [key('x', names.muc)] },
	[key('x', names.muc)]: { must: [], children: [key('history', names.muc)] },
	[key('history', names.muc)]: { must: ['maxstanzas'] },
	[key('message', names.client)]: {
		must: ['type', 'id', 'to'],
		children: [key('body', names.client), key('anonymous', names.bauta), key('reply', names.reply)],
	},
	[key('body', names.client)]: { must: [], text: /^.+$/su },
	[key('anonymous', names.bauta)]: { must: [], text: /^[\w-]{212}$/ },
	[key('reply', names.reply)]: { must: ['id'] },
};

const refuse = (what: string): never => {
	throw new BautaError('gate-refused', what);
};

/** Every name is on the list, none twice, and they stand in the list's order. */
function inOrder(where: string, present: string[], order: string[]): void {
	let last = -1;
	for (const name of present) {
		const position = order.indexOf(name);
		if (position < 0) refuse(`${name} in ${where}`);
		if (position <= last) refuse(`order of ${where}`);
		last = position;
	}
}

function check(element: XmlElement): void {
	const name = key(element.name, element.namespace);
	const rule = rules[name] ?? refuse(element.name);
	for (const wanted of rule.must) if (!element.attributes.has(wanted)) refuse(`${element.name} without ${wanted}`);
	inOrder(element.name, [...element.attributes.keys()], [...rule.must, ...(rule.may ?? [])]);
	const children = elementsOf(element).map((child) => key(child.name, child.namespace));
	// of stanzas there may be several in one BOSH body, in any order
	if (element.namespace !== names.bosh) inOrder(element.name, children, rule.children ?? []);
	else for (const child of children) if (!rule.children?.includes(child)) refuse(`${child} in ${element.name}`);
	elementsOf(element).forEach(check);
	const text = element.children.filter((child) => typeof child === 'string').join('');
	if (text !== '' && !rule.text?.test(text)) refuse(`text in ${element.name}`);
}

/**
 * Lets a frame pass that holds nothing but elements, attributes and namespaces of the list, in the one form that Bauta writes:
 * another order, spacing, prefix or an idle declaration would be a mark. Returns what was parsed. Throws `gate-refused`.
 */
export function passGate(frame: string): XmlElement {
	let element: XmlElement;
	try {
		element = parseXml(frame);
	} catch {
		return refuse('not XML');
	}
	check(element);
	if (writeXml(element) !== frame) refuse('form');
	return element;
}

/** What the message has to say, field by field. */
export interface Intent {
	room: string;
	id: string;
	text: string;
	wire: string;
	/** the room's own id of the message that is answered, as the room showed it to a guest; '' for none */
	replyTo: string;
}

/** Passes a message only if every field, read back from the bytes, is the one that was meant. Throws `gate-refused`. */
export function passMessage(frame: string, intent: Intent): void {
	const message = passGate(frame);
	const body = childOf(message, 'body', names.client);
	const anonymous = childOf(message, 'anonymous', names.bauta);
	const reply = childOf(message, 'reply', names.reply);
	const same =
		message.name === 'message' &&
		attribute(message, 'type') === 'groupchat' &&
		attribute(message, 'to') === intent.room &&
		attribute(message, 'id') === intent.id &&
		body !== undefined &&
		textOf(body) === intent.text &&
		anonymous !== undefined &&
		textOf(anonymous) === intent.wire &&
		(reply ? attribute(reply, 'id') : '') === intent.replyTo &&
		(reply === undefined || isArchiveId(intent.replyTo));
	if (!same) refuse('message');
}
