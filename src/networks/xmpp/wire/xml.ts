import { SaxesParser } from 'saxes';
import { BautaError } from '../../../messages/errors.ts';
import { names } from './namespaces.ts';

/**
 * A parsed element: names resolved, nothing else of its form kept. Attribute names keep their prefix; declarations of namespaces are left
 * out.
 */
export interface XmlElement {
	name: string;
	namespace: string;
	attributes: ReadonlyMap<string, string>;
	children: readonly (XmlElement | string)[];
}

/** Longest stanza that is taken in, in UTF-16 units: Prosody's own limit is 256 kB. */
const maxLength = 1_000_000;
const maxDepth = 32;
const maxElements = 5_000;
const maxAttributes = 64;

interface OpenElement extends XmlElement {
	children: (XmlElement | string)[];
}

const refuse = (why: string): never => {
	throw new BautaError('bad-answer', why);
};

/**
 * Builds one element with the restrictions of RFC 6120 §11.1: no declaration, DOCTYPE, processing instruction or comment, and no
 * entity but the five. Depth, count and length are bounded for the stanza alone, which is the root, or in a BOSH body each of its children.
 * `mayOmit`: a stanza over a limit is left out, unless it is the answer to a question. Undefined where that is the root. Throws `bad-answer`.
 */
function build(text: string, mayOmit: boolean): XmlElement | undefined {
	const parser = new SaxesParser();
	// the parser's own look goes through all elements that are open, in a time that grows with the square of their number, and it refuses
	// namespaces that servers hand on: anybody in a room can send either
	/** by name of the attribute that declares them: what it says where the parser is, the innermost last */
	const namespaces = new Map<string, string[]>();
	const open: OpenElement[] = [];
	let root: XmlElement | undefined;
	/** at which depth a stanza is: 1 in a BOSH body */
	let stanzaDepth = 0;
	let [begin, count, attributeCount] = [0, 0, 0];
	/** the limit that this stanza is over, '' for none */
	let excess = '';
	const limit = (isKept: boolean, name: string) => {
		if (isKept) return;
		excess ||= name;
		if (!mayOmit) refuse(name);
	};
	const limitLength = () => limit(parser.position - begin <= maxLength, 'too long');
	parser.on('error', () => refuse('not XML'));
	for (const event of ['xmldecl', 'doctype', 'processinginstruction', 'comment'] as const) parser.on(event, () => refuse(event));
	parser.on('opentagstart', () => {
		if (open.length === stanzaDepth) [begin, count, excess] = [parser.position, 0, ''];
		limit(++count <= maxElements, 'too many elements');
		limit(open.length < maxDepth + stanzaDepth, 'too deep');
		limitLength();
	});
	parser.on('attribute', () => limit(++attributeCount <= maxAttributes, 'too many attributes'));
	parser.on('opentag', (tag) => {
		attributeCount = 0;
		const attributes = new Map<string, string>();
		for (const [name, value] of Object.entries(tag.attributes))
			if (!/^xmlns(:|$)/.test(name)) attributes.set(name, value);
			else if (!namespaces.get(name)?.push(value)) namespaces.set(name, [value]);
		const colon = tag.name.indexOf(':');
		const declaration = colon < 0 ? 'xmlns' : `xmlns:${tag.name.slice(0, colon)}`;
		const namespace = namespaces.get(declaration)?.at(-1) ?? (/^xmlns(:xml)?$/.test(declaration) ? '' : refuse('not XML'));
		const element: OpenElement = { name: tag.name.slice(colon + 1), namespace, attributes, children: [] };
		if (open.length === 0 && mayOmit && isBody(element)) stanzaDepth = 1;
		else if (!excess) open.at(-1)?.children.push(element);
		open.push(element);
	});
	parser.on('closetag', (tag) => {
		for (const name of Object.keys(tag.attributes)) namespaces.get(name)?.pop();
		const element = open.pop();
		const parent = open.at(-1);
		const isStanza = open.length === stanzaDepth;
		if (isStanza) limitLength();
		// what others put into the room must not keep anybody from writing there; but an answer that was asked for has to be told from none
		if (isStanza && excess && element?.name === 'iq') refuse(excess);
		if (isStanza && excess && parent?.children.at(-1) === element) parent?.children.pop();
		if (!parent && !(isStanza && excess)) root = element;
	});
	const addText = (piece: string) => {
		if (open.length > stanzaDepth) limitLength();
		const children = open.at(-1)?.children;
		if (!children || excess) return;
		const last = children.at(-1);
		if (typeof last === 'string') children[children.length - 1] = last + piece;
		else if (piece !== '') children.push(piece);
	};
	parser.on('text', addText);
	parser.on('cdata', addText);
	try {
		parser.write(text).close();
	} catch (thrown) {
		throw thrown instanceof BautaError ? thrown : new BautaError('bad-answer', 'not XML');
	}
	return root;
}

/** Whether an element is a BOSH body (XEP-0124), which holds any number of stanzas. */
const isBody = ({ name, namespace }: XmlElement): boolean => name === 'body' && namespace === names.bosh;

/** Parses one element, all of which counts as one stanza. Throws `bad-answer`. */
export function parseXml(text: string): XmlElement {
	if (text.length > maxLength) refuse('too long');
	return build(text, false) ?? refuse('no element');
}

/**
 * The stanzas in a WebSocket frame (RFC 7395), which is one, or in a BOSH body (XEP-0124), with that body. What is no answer to a question and
 * over a limit is left out: anybody in a room could send it. Throws `bad-answer`.
 */
export function parseFrame(text: string): { body: XmlElement | null; stanzas: XmlElement[] } {
	const root = build(text, true);
	if (!root) return { body: null, stanzas: [] };
	return isBody(root) ? { body: root, stanzas: elementsOf(root) } : { body: null, stanzas: [root] };
}

type Content = XmlElement | string | null;

/** An element with what it holds; `null` children are left out. */
export function element(name: string, namespace: string, attributes: Record<string, string> = {}, ...children: Content[]): XmlElement {
	return { name, namespace, attributes: new Map(Object.entries(attributes)), children: children.filter((child) => child !== null) };
}

/** XML 1.0 §2.2: no controls but tab, LF and CR, no unpaired surrogates, no U+FFFE, U+FFFF. */
function canCarry(text: string): boolean {
	for (let index = 0; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		if (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) return false;
	}
	return !/[\p{Cs}\uFFFE\uFFFF]/u.test(text);
}

function escapeText(text: string, whitespace: RegExp): string {
	if (!canCarry(text)) throw new BautaError('text-control');
	return text
		.replace(/[&<>"']/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[found] ?? found)
		.replace(whitespace, (found) => `&#${found.charCodeAt(0)};`);
}

/** Writes an element in the one form that Bauta sends. Throws `text-control` on what XML cannot carry. */
export function writeXml(tree: XmlElement, parentNamespace = ''): string {
	// attributes lose tabs and line ends unless they are written as references (XML 1.0 §3.3.3), text loses carriage returns (§2.11)
	const attributes = [...tree.attributes].map(([name, value]) => ` ${name}="${escapeText(value, /[\t\n\r]/g)}"`).join('');
	const declaration = tree.namespace === parentNamespace ? '' : ` xmlns="${escapeText(tree.namespace, /[\t\n\r]/g)}"`;
	// the one prefix that is ever sent (XEP-0206 §4)
	const prefix = [...tree.attributes.keys()].some((name) => name.startsWith('xmpp:')) ? ' xmlns:xmpp="urn:xmpp:xbosh"' : '';
	const start = `<${tree.name}${declaration}${prefix}${attributes}`;
	if (tree.children.length === 0) return `${start}/>`;
	const content = tree.children.map((child) => (typeof child === 'string' ? escapeText(child, /\r/g) : writeXml(child, tree.namespace)));
	return `${start}>${content.join('')}</${tree.name}>`;
}

/** Direct children of that name and namespace. */
export function childrenOf(parent: XmlElement, name: string, namespace: string): XmlElement[] {
	return parent.children.filter(
		(child): child is XmlElement => typeof child !== 'string' && child.name === name && child.namespace === namespace,
	);
}

/** The first of them. */
export function childOf(parent: XmlElement, name: string, namespace: string): XmlElement | undefined {
	return childrenOf(parent, name, namespace)[0];
}

/** Children that are elements. */
export function elementsOf(parent: XmlElement): XmlElement[] {
	return parent.children.filter((child): child is XmlElement => typeof child !== 'string');
}

/** The text directly in an element; null where elements stand in it. */
export function textOf(given: XmlElement): string | null {
	return given.children.every((child) => typeof child === 'string') ? given.children.join('') : null;
}

/** The attribute's value, '' where it is not there. */
export function attribute(given: XmlElement, name: string): string {
	return given.attributes.get(name) ?? '';
}
