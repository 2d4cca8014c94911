import type { Traffic } from '../network.ts';
import { readFrame } from './read.ts';
import { transport } from './transport.ts';

export const traffic: Traffic = { read: readFrame, transport };
