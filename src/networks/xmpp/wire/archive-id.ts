/**
 * Whether a text may be the id that a room gives a message (XEP-0359 §4). Rooms make them of letters, digits and a few signs (UUIDs, times,
 * base64); what is longer or holds anything else is no id of a room and would be a mark.
 */
export const isArchiveId = (id: string): boolean => /^[\w.:=+/@~-]{1,128}$/.test(id);
