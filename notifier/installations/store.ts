import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import { type Installation, periodKey } from './installation.ts';

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const fileSchema = v.strictObject({
	version: v.literal(1),
	id: v.string(),
	secret: hex(64),
	token: v.string(),
	lastSeen: v.number(),
	phase: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
	chance: v.optional(hex(64), () => randomBytes(32).toString('hex')),
	subscriptions: v.array(
		v.strictObject({
			topic: v.string(),
			silent: v.boolean(),
			keys: v.array(v.strictObject({ period: v.number(), key: v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){16,64}$/)) })),
		}),
	),
});

function fileText({ id, secretHash, token, lastSeen, phase, chance, subscriptions }: Installation): string {
	const file: v.InferOutput<typeof fileSchema> = {
		version: 1,
		id,
		secret: secretHash,
		token,
		lastSeen,
		phase,
		chance: toHex(chance),
		subscriptions: [...subscriptions].map(([topic, { isSilent, keys }]) => ({
			topic,
			silent: isSilent,
			keys: keys.map(({ period, key }) => ({ period, key: toHex(key) })),
		})),
	};
	return JSON.stringify(file);
}

function installationIn(text: string): Installation {
	const { id, secret, token, lastSeen, phase, chance, subscriptions } = v.parse(fileSchema, JSON.parse(text));
	const entries = subscriptions.map(({ topic, silent, keys }) => {
		const periodKeys = keys.map(({ period, key }) => periodKey(period, fromHex(key)));
		return [topic, { isSilent: silent, keys: periodKeys }] as const;
	});
	return { id, secretHash: secret, token, lastSeen, phase, chance: fromHex(chance), subscriptions: new Map(entries) };
}

/** Where installations last: a file for each, or nowhere. */
export interface Store {
	/** All that are kept. Throws where one cannot be read: it may hold keys that nothing else would ever purge. */
	load(): Promise<Installation[]>;
	/** Resolves once the installation is on the disk as it is now. */
	write(installation: Installation): Promise<void>;
	/** Resolves once it is gone. */
	remove(id: string): Promise<void>;
}

/** Keeps nothing. */
export const memoryStore: Store = {
	load: async () => [],
	write: async () => {},
	remove: async () => {},
};

/** The name tells nothing of the id, which a client chose. */
const nameOf = (id: string): string => `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.json`;
const leftoverName = /\.new-[0-9a-f]+$/;

/** Keeps a file of mode 0600 for each installation, in a folder of mode 0700. */
export class FolderStore implements Store {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	async load(): Promise<Installation[]> {
		await mkdir(this.#folder, { recursive: true, mode: 0o700 });
		await chmod(this.#folder, 0o700);
		const names = await readdir(this.#folder);
		// what a crash left of a write: it may hold keys
		for (const name of names.filter((each) => leftoverName.test(each))) await rm(join(this.#folder, name));
		const files = names.filter((name) => name.endsWith('.json'));
		return Promise.all(files.map((name) => this.#read(name)));
	}

	async #read(name: string): Promise<Installation> {
		const path = join(this.#folder, name);
		try {
			const installation = installationIn(await readFile(path, 'utf8'));
			await chmod(path, 0o600);
			return installation;
		} catch (thrown) {
			if ((thrown as NodeJS.ErrnoException).code) throw thrown;
			throw new Error(`${path} is no installation that this version can read. Delete it: its phone has to register anew.`);
		}
	}

	async write(installation: Installation): Promise<void> {
		const path = join(this.#folder, nameOf(installation.id));
		const beside = `${path}.new-${randomBytes(6).toString('hex')}`;
		try {
			const file = await open(beside, 'wx', 0o600);
			try {
				await file.writeFile(fileText(installation));
				await file.sync();
			} finally {
				await file.close();
			}
			await rename(beside, path);
			await this.#settle();
		} catch (thrown) {
			await rm(beside, { force: true });
			throw thrown;
		}
	}

	async remove(id: string): Promise<void> {
		await rm(join(this.#folder, nameOf(id)), { force: true });
		await this.#settle();
	}

	/** Has the disk know which files there are: else one that is gone, with its keys, could be back after the power was cut. */
	async #settle(): Promise<void> {
		const folder = await open(this.#folder, 'r');
		try {
			await folder.sync();
		} finally {
			await folder.close();
		}
	}
}
