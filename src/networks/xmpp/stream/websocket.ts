import { BautaError } from '../../../messages/errors.ts';
import { withTimeLimit } from '../../../platform/time-limit.ts';
import type { Channel, ChannelSocket } from '../../channel/channel.ts';
import type { Pace } from '../../pace.ts';
import { passGate } from '../wire/gate.ts';
import { names } from '../wire/namespaces.ts';
import { throwStreamError } from '../wire/refusals.ts';
import { closeStream, openStream } from '../wire/stanzas.ts';
import { parseFrame, writeXml, type XmlElement } from '../wire/xml.ts';
import type { Stream } from './stream.ts';

/** as long as anonymity networks take there and back */
const farewellMs = 6000;

/** XMPP over WebSocket, RFC 7395: one element a frame. */
export class WebSocketStream implements Stream {
	readonly #socket: ChannelSocket;
	readonly #patience: number;
	readonly #pace: Pace | undefined;
	#isClosed = false;

	private constructor(socket: ChannelSocket, patience: number, pace: Pace | undefined) {
		this.#socket = socket;
		this.#patience = patience;
		this.#pace = pace;
	}

	/** `patience`: ms that opening may take; `pace`: when the connection may go once the server has taken leave */
	static async connect(channel: Channel, url: string, patience: number, signal: AbortSignal, pace?: Pace): Promise<Stream> {
		const socket = await withTimeLimit({ ms: patience, signal, detail: 'connection' }, (until) => channel.socket(url, ['xmpp'], until));
		return new WebSocketStream(socket, patience, pace);
	}

	/** Resolves once all of it has left: what follows counts from then. */
	#write(frames: string[]): Promise<void> {
		for (const frame of frames) passGate(frame);
		return Promise.all(frames.map((frame) => this.#socket.send(frame))).then(() => this.#pace?.mark());
	}

	async open(host: string, signal: AbortSignal): Promise<XmlElement> {
		return withTimeLimit({ ms: this.#patience, signal, detail: 'stream' }, async (until) => {
			await this.#write([writeXml(openStream(host))]);
			for (;;) {
				const stanza = await this.receive(until);
				if (stanza.name === 'features' && stanza.namespace === names.streams) return stanza;
			}
		});
	}

	send(stanzas: string[]): Promise<void> {
		return this.#write(stanzas);
	}

	async receive(signal: AbortSignal): Promise<XmlElement> {
		let stanza: XmlElement | undefined;
		while (!stanza) [stanza] = parseFrame(await this.#socket.receive(signal)).stanzas;
		throwStreamError(stanza);
		if (stanza.name === 'close' && stanza.namespace === names.framing) throw new BautaError('server-down', 'closed');
		return stanza;
	}

	async close(last: string[]): Promise<void> {
		if (this.#isClosed) return;
		this.#isClosed = true;
		try {
			await this.#write([...last, writeXml(closeStream())]);
			// waits for the server's own farewell, so that everything has left before the connection goes
			await withTimeLimit({ ms: farewellMs, detail: 'farewell' }, async (until) => {
				for (;;) await this.receive(until);
			});
		} catch {
			// closed either way
		}
		// right behind the server's farewell it would show how far the guest is
		await this.#pace?.step();
		this.#socket.close();
	}
}
