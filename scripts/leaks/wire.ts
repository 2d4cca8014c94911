import type { Recording, Step, WireConnection } from './recording.ts';

// What checks ask of a recording's wire.

/** where the person logs in at the chat's server by name and password, as on its own web page */
export const loginPath = '/login';

/** Bauta's own connections to the chat's server. */
export const guests = ({ connections }: Recording): WireConnection[] => connections.filter(({ owner }) => owner === 'bauta');
/** All of Bauta's, those to where linked devices sync included. */
export const ofBauta = ({ connections }: Recording): WireConnection[] => connections.filter(({ owner }) => owner !== 'page');
/** The page's, in which the account is logged in. */
export const ofPage = ({ connections }: Recording): WireConnection[] => connections.filter(({ owner }) => owner === 'page');

/** All text that left on a connection: bodies and frames. */
export const saidOn = ({ requests, frames }: WireConnection): string[] => [
	...requests.flatMap(({ body }) => body || []),
	...frames.flatMap(({ direction, text }) => (direction === 'out' ? text : [])),
];

/** The connections that a post needed, in their order: the first is the one that carried it. Empty where it never left. */
export const carriersOf = (recording: Recording, text: string): WireConnection[] =>
	guests(recording).filter((connection) =>
		saidOn(connection).some((said) => said.includes(`>${text}<`) || said.includes(JSON.stringify(text))),
	);

/** The first value of a header by lower-case name. */
export const header = (headers: [string, string][], name: string): string | undefined =>
	headers.find(([given]) => given.toLowerCase() === name)?.[1];

/** Every request of these connections, each with where it stands for a fault. */
export const requestsOf = (connections: WireConnection[]) =>
	connections.flatMap((connection) =>
		connection.requests.map((request) => ({
			...request,
			where: `${connection.server} #${connection.id} ${request.method} ${request.path}`,
		})),
	);

/** Faults: requests of Bauta's that carry this header, named as it is written. */
export const carrying = (recording: Recording, name: string): string[] =>
	requestsOf(ofBauta(recording)).flatMap(({ headers, where }) => {
		const value = header(headers, name.toLowerCase());
		return value === undefined ? [] : [`${where} carries ${name}: ${value}`];
	});
/** Whether a request of the page's carries this header, by lower-case name. */
export const pageCarries = (recording: Recording, name: string): boolean =>
	requestsOf(ofPage(recording)).some(({ headers }) => header(headers, name));

/** Steps whose name begins so. */
export const stepsNamed = ({ steps }: Recording, name: string): Step[] => steps.filter((step) => step.name.startsWith(name));

/** What a check says where the recording has nothing that it could have failed with. */
export const unlessSeen = (isSeen: boolean, what: string): string[] => (isSeen ? [] : [`the recording cannot show it: ${what}`]);

/** The tickets that a TLS connection wants to resume a session with. */
export const ticketsOf = ({ tls }: WireConnection): string[] => (tls ? [tls.hello.ticket, ...tls.hello.psk].filter(Boolean) : []);
