/**
 * Has a page make all of Bauta's labels take the pointer and be selected, as far as its styles reach, and look for their closed roots in whatever
 * events and the selection name. Run in the page; what it gets is in `roots`. Returns where the labels are: x, y, width, height. The switch's
 * root is none of them: in Firefox that is known to be reached (THREATS.md P7), and nothing in it tells of messages.
 */
export function huntRoots(): [number, number, number, number][] {
	const sheet = document.createElement('style');
	sheet.textContent =
		'#list * { pointer-events: auto !important; user-select: all !important; -moz-user-select: all !important; display: inline-block !important }';
	document.head.append(sheet);
	const hosts = [...document.querySelectorAll<HTMLElement>('#list *')].filter((one) => /^[a-z]{5}-[a-z]{4}$/.test(one.localName));
	for (const host of hosts)
		host.style.cssText = 'pointer-events: auto !important; user-select: all !important; -moz-user-select: all !important';
	const roots: string[] = [];
	const isInLabel = (node: Node) => {
		let outer = node;
		for (let root = outer.getRootNode(); root instanceof ShadowRoot; root = outer.getRootNode()) outer = root.host;
		return outer !== node && document.getElementById('list')?.contains(outer) === true;
	};
	Object.assign(window, { roots });
	const types = 'click mousedown mouseup selectionchange pointermove mousemove mouseover mouseout pointerover focusin keydown keyup wheel';
	for (const type of types.split(' '))
		document.addEventListener(
			type,
			(event) => {
				const { anchorNode, focusNode } = getSelection() ?? {};
				type Sources = { explicitOriginalTarget?: Node; originalTarget?: Node; rangeParent?: Node; relatedTarget?: Node };
				const { explicitOriginalTarget, originalTarget, rangeParent, relatedTarget } = event as Event & Sources;
				const path = event.composedPath();
				for (const node of [
					anchorNode,
					focusNode,
					explicitOriginalTarget,
					originalTarget,
					rangeParent,
					relatedTarget,
					event.target,
					...path,
				])
					if (node instanceof Node && isInLabel(node)) roots.push(`${type} ${node.nodeName}`);
				// nothing of Bauta's is what an event is about, either
				if (hosts.includes(event.target as HTMLElement)) roots.push(`${type} on a label`);
			},
			true,
		);
	return hosts.map((host) => {
		const { x, y, width, height } = host.getBoundingClientRect();
		return [x, y, width, height] as [number, number, number, number];
	});
}
