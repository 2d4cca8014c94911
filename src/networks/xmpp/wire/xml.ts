import { SaxesParser, type SaxesTagNS } from 'saxes';
import { BautaError } from '../../../messages/errors.ts';

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

/** Longest text that is parsed, in UTF-16 units: Prosody's own limit for a stanza is 256 kB, and archives come in several. */
export const maxXmlLength = 1_000_000;
const maxDepth = 32;
const maxElements = 5_000;
const maxAttributes = 64;

interface OpenElement extends XmlElement {
	children: (XmlElement | string)[];
}

/**
 * Parses one element with the restrictions of RFC 6120 §11.1: no declaration, DOCTYPE, processing instruction or comment, and no
 * entity but the five. Depth, count and length are bounded. Throws `bad-answer`.
 */
export function parseXml(text: string): XmlElement {
	if (text.length > maxXmlLength) throw new BautaError('bad-answer', 'too long');
	const refuse = (why: string) => () => {
		throw new BautaError('bad-answer', why);
	};
	const parser = new SaxesParser({ xmlns: true });
	const open: OpenElement[] = [];
	let root: XmlElement | undefined;
	let count = 0;
	parser.on('error', refuse('not XML'));
	parser.on('xmldecl', refuse('declaration'));
	parser.on('doctype', refuse('DOCTYPE'));
	parser.on('processinginstruction', refuse('processing instruction'));
	parser.on('comment', refuse('comment'));
	parser.on('opentagstart', () => {
		if (++count > maxElements || open.length >= maxDepth) refuse('too deep')();
	});
	let attributeCount = 0;
	parser.on('attribute', () => {
		if (++attributeCount > maxAttributes) refuse('too many attributes')();
	});
	parser.on('opentag', (tag: SaxesTagNS) => {
		attributeCount = 0;
		const attributes = new Map<string, string>();
		for (const { name, uri, value } of Object.values(tag.attributes))
			if (uri !== 'http://www.w3.org/2000/xmlns/') attributes.set(name, value);
		const element: OpenElement = { name: tag.local, namespace: tag.uri, attributes, children: [] };
		open.at(-1)?.children.push(element);
		open.push(element);
	});
	parser.on('closetag', () => {
		const closed = open.pop();
		if (open.length === 0) root = closed;
	});
	const addText = (piece: string) => {
		const children = open.at(-1)?.children;
		if (!children) return;
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
	if (!root) throw new BautaError('bad-answer', 'no element');
	return root;
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
