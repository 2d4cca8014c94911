import { launchBrowser } from '../browser.ts';
import { serveConverse } from '../servers/converse.ts';
import { startProsody } from '../servers/prosody.ts';
import { buildTestExtension } from './extension.ts';
import { composerFrame, onBoard, panelOf, pressMore, pressSwitch, switchShown } from './page.ts';

const dir = await buildTestExtension();
const prosody = await startProsody();
const lobby = await prosody.room('lobby');
const two = await prosody.room('second');
const web = await serveConverse();
const b = await launchBrowser({ extension: dir });
const bob = await prosody.logIn('bob');
const url = web.page({ jid: 'alice@chat.test', password: 'alice', endpoint: prosody.websocket, rooms: [two, lobby] });
const p = await b.context.newPage();
p.on('console', (m) => {
	if (m.type() === 'error' && !m.text().includes('NAME_NOT')) console.log('console', m.text());
});
p.on('pageerror', (e) => console.log('pageerror', e));
await p.goto(url);
await switchShown(p);
await p.waitForTimeout(1000);
await pressSwitch(p);
const f = await composerFrame(p);
console.log(
	'focused',
	await p.evaluate(() => document.activeElement?.localName),
	await f.evaluate(() => document.activeElement?.localName + document.hasFocus()),
);
await p.waitForTimeout(300);
await p.screenshot({ path: '/tmp/s2.png' });
await p.keyboard.type('Hello from a voice. See https://example.org/?utm_source=x&id=4');
await p.waitForTimeout(300);
await p.screenshot({ path: '/tmp/s3.png' });
await p.keyboard.press('Enter');
await p.waitForTimeout(300);
await p.screenshot({ path: '/tmp/s4.png' });
await pressMore(p);
await p.waitForTimeout(300);
await p.screenshot({ path: '/tmp/s5.png' });
console.log(JSON.stringify(await onBoard(b, (board) => board.said)));
console.log(JSON.stringify(await onBoard(b, (board) => board.asked.map(({ to }) => to))));
console.log(b.errors);
bob.close?.();
await b.close();
await web.close();
await prosody.stop();
