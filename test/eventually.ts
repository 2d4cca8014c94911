import { vi } from 'vitest';
import { patience } from './until.ts';

/** Resolves once this passes; fails as it does where that never comes. A time of its own would be what a busy machine needs more than. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> => vi.waitFor(look, { timeout: patience });
