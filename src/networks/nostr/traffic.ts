import type { Traffic } from '../network.ts';
import { transport } from './transport.ts';
import { readFrame } from './wire.ts';

export const traffic: Traffic = { read: readFrame, transport };
