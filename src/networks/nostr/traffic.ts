import type { Traffic } from '../network.ts';
import { transport } from './transport.ts';
import { readFrame } from './wire/page-traffic.ts';

export const traffic: Traffic = { read: readFrame, transport };
