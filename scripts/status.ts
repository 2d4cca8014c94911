// The second half of `npm run status`: status.mjs starts it once everything is installed.
import { runStatus } from './status/main.ts';

const interruption = new Promise<void>((stop) => {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
});
const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
// libp2p keeps timers after it was stopped
process.exit(await runStatus(process.argv.slice(2), { out: write(process.stdout), err: write(process.stderr) }, interruption));
