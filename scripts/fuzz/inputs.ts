/** Hostile inputs that are the same in every run, so that a fault can be met again by its number. */

export type Draw = (below: number) => number;

/** mulberry32: fast, and good enough to choose where to break an input */
export function drawFrom(seed: number): Draw {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

/** Random bytes, or a good input with some of it changed, cut, doubled or grown. One in some thousand is long. */
export function hostileBytes(draw: Draw, good: readonly Uint8Array[]): Uint8Array {
	const sample = good[draw(Math.max(good.length, 1))];
	if (!sample || draw(4) === 0) return randomBytes(draw, draw(4000) === 0 ? draw(20_000) : draw(300));
	let bytes: Uint8Array = Uint8Array.from(sample);
	for (let changes = draw(4); changes >= 0; changes--) bytes = change(draw, bytes);
	return bytes;
}

function change(draw: Draw, bytes: Uint8Array): Uint8Array {
	const at = draw(bytes.length + 1);
	switch (draw(6)) {
		case 0:
			return bytes.slice(0, at);
		case 1:
			return Uint8Array.of(...bytes.subarray(0, at), ...randomBytes(draw, draw(8)), ...bytes.subarray(at));
		case 2:
			return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(Math.max(0, at - draw(40))));
		case 3:
			return bytes.map((byte, place) => (place === at ? ([0, 0x7f, 0x80, 0xff][draw(4)] ?? byte) : byte));
		default:
			return bytes.map((byte, place) => (place === at ? byte ^ (1 << draw(8)) : byte));
	}
}

function randomBytes(draw: Draw, length: number): Uint8Array {
	return Uint8Array.from({ length }, () => draw(256));
}

const strange = [
	'\0',
	'\u0000\uffff',
	'\ud800',
	'\udc00',
	'\u{1f600}',
	'\u202e',
	'\ufeff',
	'=',
	'+',
	'/',
	'-',
	'_',
	' ',
	'\n',
	'\r\n',
	'"',
	'{',
	'[',
	'e999',
	'\u0130',
];

/** The same for text. */
export function hostileText(draw: Draw, good: readonly string[]): string {
	const sample = good[draw(Math.max(good.length, 1))];
	if (sample === undefined || draw(4) === 0) return randomText(draw, draw(4000) === 0 ? draw(20_000) : draw(200));
	let text = sample;
	for (let changes = draw(4); changes >= 0; changes--) {
		const at = draw(text.length + 1);
		const put = draw(2) === 0 ? (strange[draw(strange.length)] ?? '') : String.fromCharCode(33 + draw(94));
		const tail = [text.slice(at), text.slice(at + 1), '', text.slice(Math.max(0, at - draw(40)))][draw(4)] ?? '';
		text = text.slice(0, at) + put + tail;
	}
	return text;
}

function randomText(draw: Draw, length: number): string {
	let text = '';
	while (text.length < length)
		text += draw(8) === 0 ? strange[draw(strange.length)] : String.fromCharCode(draw(3) === 0 ? draw(65_536) : 32 + draw(95));
	return text;
}
