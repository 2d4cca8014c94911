/**
 * The name under which a room is kept as one site knows it. Two sites may name the same room and mean servers of their own: what one of
 * them showed of it says nothing to the other (THREATS.md D1, R1, R2).
 * @param site origin of the web chat's page
 * @param room canonical room id
 */
export const siteRoom = (site: string, room: string): string => `${site} ${room}`;

/** The site in a name that `siteRoom` made: an origin has no space. */
export const siteIn = (name: string): string => name.slice(0, name.indexOf(' '));
/** The room in it. */
export const roomIn = (name: string): string => name.slice(name.indexOf(' ') + 1);
