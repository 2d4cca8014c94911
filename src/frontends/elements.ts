/** The text of an element without the space around it; '' where there is none. */
export const textOf = (element: Element | null | undefined): string => element?.textContent?.trim() ?? '';

/** A part of a page's address, decoded; as it stands where it cannot be, as pages may write any address. */
export function decodePart(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

/** For `filter`: what is not null. */
export const isPresent = <T>(value: T | null): value is T => value !== null;
