export { browserSnapshot } from '../../devices/browser-carrier.ts';
export { newestSyncedGeneration } from '../../devices/other-devices.ts';
