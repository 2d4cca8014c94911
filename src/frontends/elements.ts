/** The text of an element without the space around it; '' where there is none. */
export const textOf = (element: Element | null | undefined): string => element?.textContent?.trim() ?? '';

/** For `filter`: what is not null. */
export const isPresent = <T>(value: T | null): value is T => value !== null;
