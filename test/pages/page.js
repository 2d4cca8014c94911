// What pages of our own share: their settings, and a way to make elements.

export const settings = JSON.parse(document.getElementById('settings').textContent);

export function element(tag, attributes = {}, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
	made.append(...children);
	return made;
}
