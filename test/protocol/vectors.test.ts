import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { checkFile } from '../../scripts/vectors/check.ts';
import { runFile, runFiles } from '../../scripts/vectors/run-file.ts';

const project = resolve(import.meta.dirname, '../..');
const load = (name: string) => JSON.parse(readFileSync(resolve(project, `test/vectors/${name}.json`), 'utf8'));
const faultsOf = (file: Record<string, unknown>) => checkFile(file).results.filter(({ faults }) => faults.length > 0);

describe('vectors that others made', () => {
	// the number of cases is written down, so that a list that is no longer read does not pass in silence
	it.each([
		['bauta-1', 392],
		['status', 9],
		['xmtp-hmac', 11],
	])('%s: every case passes', (name, count) => {
		const { results } = checkFile(load(name));
		expect(results.filter(({ faults }) => faults.length > 0)).toEqual([]);
		expect(results).toHaveLength(count);
	});
});

describe('a file with a wrong byte', () => {
	const { roots, messages, recognise, roomKeys, reveals, challenges, texts, openings, rooms } = load('bauta-1');
	const wrongHex = (value: string) => `${value.slice(0, 10)}${value[10] === '0' ? '1' : '0'}${value.slice(11)}`;

	it.each([
		['contentHash', 5],
		['tag', 5],
		['sealed', 5],
		['body', 5],
		['aad', 5],
		['digest', 5],
		['signature', 5],
		['authorPrivate', 5],
		['tagKey', 5],
		['random', 5],
	])('names the case, the field and the byte: %s', (field, byte) => {
		const wrong = structuredClone(messages[0]);
		wrong[field] = wrongHex(wrong[field]);
		const [failed] = faultsOf({ roots, messages: [wrong] });
		expect(failed?.name).toBe(`messages: ${messages[0].name}`);
		if (field !== 'random') expect(failed?.faults.join('\n')).toMatch(new RegExp(`^${field}: first differing byte ${byte}:`, 'm'));
	});

	it('finds a wrong verdict, name to remember by, key, room, refusal, opening, reveal and challenge', () => {
		const other = (value: Record<string, unknown>, change: Record<string, unknown>) => ({ ...value, ...change });
		expect(faultsOf({ roots, recognise: [other(recognise[0], { expect: { verdict: 'foreign' } })] })).toHaveLength(1);
		expect(faultsOf({ roots, recognise: [other(recognise[0], { remember: wrongHex(recognise[0].remember) })] })).toHaveLength(1);
		expect(faultsOf({ roots, roomKeys: [other(roomKeys[0], { sealKey: wrongHex(roomKeys[0].sealKey) })] })).toHaveLength(1);
		expect(faultsOf({ rooms: [other(rooms[0], { room: 'xmpp:other@example.org' })] })).toHaveLength(1);
		expect(faultsOf({ texts: [other(texts[0], { refused: 'long' })] })).toHaveLength(1);
		expect(faultsOf({ openings: [other(openings[0], { generation: 1 })] })).toHaveLength(1);
		expect(faultsOf({ roots, messages, reveals: [other(reveals[0], { expect: 'not proven' })] })).toHaveLength(1);
		expect(faultsOf({ challenges: [other(challenges[0], { expect: 'not proven' })] })).toHaveLength(1);
	});

	it('does not pass over a list that it does not know', () => {
		expect(faultsOf({ roots, surprises: [{ name: 'new' }] }).map(({ name }) => name)).toEqual(['surprises']);
	});
});

describe('a file that cannot be checked', () => {
	const folder = mkdtempSync(join(tmpdir(), 'bauta-vectors-'));
	const path = join(folder, 'file.json');
	afterAll(() => rmSync(folder, { recursive: true }));
	const whole = readFileSync(resolve(project, 'test/vectors/xmtp-hmac.json'));

	it.each<[string, string | Uint8Array, string]>([
		['empty', '', 'this file is empty'],
		['spaces alone', ' \n', 'this file is empty'],
		['zeros alone', new Uint8Array(64), 'this file is empty'],
		['cut off', whole.subarray(0, 5000), 'this file is cut off or no JSON: '],
		['no JSON', 'roots:\n\tone: 1\n', 'this file is cut off or no JSON: '],
		['packed', gzipSync(whole), 'this file is no text'],
		['a list', '[]', 'expected a JSON object with lists of cases'],
		['nothing', 'null', 'expected a JSON object with lists of cases'],
		['a number', '3', 'expected a JSON object with lists of cases'],
		['an object of another kind', '{"version":3}', 'no list of cases: expected one of roots, '],
		['a number for a list', '{"roots":5}', 'roots: expected a list of cases'],
		['a text for a list', '{"texts":"abc"}', 'texts: expected a list of cases'],
		['an object for a list', '{"identities":{"0":{}}}', 'identities: expected a list of cases'],
		['nothing for a list', '{"v2_keystore":null}', 'v2_keystore: expected a list of cases'],
		['nothing for a case', '{"messages":[null]}', 'messages[0]: expected an object'],
		['texts for cases', '{"topics":["general"]}', 'topics[0]: expected an object'],
	])('%s: one line names the file and the fault', (_, content, fault) => {
		writeFileSync(path, content);
		const outcome = runFile(path);
		expect(outcome.lines).toEqual([]);
		expect(outcome.fault.startsWith(`${path}: ${fault}`)).toBe(true);
		expect(outcome.fault).not.toContain('\n');
	});

	it('missing, or a folder', () => {
		expect(runFile(join(folder, 'none.json'))).toEqual({ lines: [], fault: `${join(folder, 'none.json')}: there is no such file` });
		expect(runFile(folder)).toEqual({ lines: [], fault: `${folder}: this is a folder, not a file` });
	});

	it('cases without any of their fields fail one by one', () => {
		for (const list of [...Object.keys(load('bauta-1')), 'identities', 'topics', 'wrapped', 'v2_pure', 'v3_libxmtp']) {
			if (['about', 'seed'].includes(list)) continue;
			writeFileSync(path, JSON.stringify({ [list]: [{}] }));
			const { lines, fault } = runFile(path);
			expect([list, fault, lines.at(-1)]).toEqual([list, '', '0 passed, 1 failed']);
		}
	});

	it('a file in UTF-16, as Windows writes it, is read', () => {
		writeFileSync(path, Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(whole.toString(), 'utf16le')]));
		expect(runFile(path)).toEqual({ lines: ['11 passed, 0 failed'], fault: '' });
	});
});

describe('npm run vectors', () => {
	// what the command prints and ends with; that it does so is seen once, as a process takes a second to begin
	const run = (...paths: string[]) => runFiles(paths);
	const command = (...paths: string[]) =>
		spawnSync(process.execPath, ['--import', 'tsx', 'scripts/vectors.ts', ...paths], { cwd: project, encoding: 'utf8' });

	it('prints the count alone on the last line, and fails on a failure and on no case', () => {
		const passed = run(resolve(project, 'test/vectors/xmtp-hmac.json'));
		expect(passed.status).toBe(0);
		expect(passed.stdout.trimEnd().split('\n').at(-1)).toBe('11 passed, 0 failed');
		const folder = mkdtempSync(join(tmpdir(), 'bauta-vectors-'));
		try {
			const file = load('xmtp-hmac');
			file.v2_pure[0].hmac_key_hex = `00${file.v2_pure[0].hmac_key_hex.slice(2)}`;
			writeFileSync(join(folder, 'wrong.json'), JSON.stringify(file));
			writeFileSync(join(folder, 'empty.json'), '{"roots":[]}');
			const failed = run(join(folder, 'wrong.json'));
			expect(failed.status).toBe(1);
			expect(failed.stdout).toContain('FAILED v2_pure: 0');
			expect(failed.stdout).toContain('hmac_key_hex: first differing byte 0: expected 0x00, got 0x73');
			expect(failed.stdout.trimEnd().split('\n').at(-1)).toBe('10 passed, 1 failed');
			const empty = run(join(folder, 'empty.json'));
			expect([empty.status, empty.stdout, empty.stderr]).toEqual([1, '', `${join(folder, 'empty.json')}: no case in this file\n`]);
			// of several files each is checked
			const right = 'test/vectors/xmtp-hmac.json';
			const several = command(right, join(folder, 'empty.json'));
			expect([several.status, several.stdout, several.stderr]).toEqual([1, `${right}: 11 passed, 0 failed\n`, empty.stderr]);
		} finally {
			rmSync(folder, { recursive: true });
		}
		expect(run()).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage') });
	});
});
