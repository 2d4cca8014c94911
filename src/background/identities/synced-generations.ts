export { browserSnapshot } from '../../devices/browser-carrier.ts';
export { newestSynced } from '../../devices/other-devices.ts';
