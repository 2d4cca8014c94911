import { spawnSync } from 'node:child_process';

// Every value of every table, as hex, a line each. The file is a copy of what a browser that has ended left.
const program = `
import sqlite3, sys, urllib.parse
base = sqlite3.connect('file:%s?mode=ro&immutable=0' % urllib.parse.quote(sys.argv[1]), uri=True)
base.text_factory = bytes
for (name,) in base.execute("select name from sqlite_master where type='table'").fetchall():
    table = '"%s"' % name.decode().replace('"', '""')
    try:
        for row in base.execute('select * from ' + table):
            for value in row:
                if isinstance(value, (bytes, bytearray)): print(value.hex())
    except sqlite3.Error as fault:
        print(fault, file=sys.stderr)
`;

/** The texts and bytes in a SQLite database, its write-ahead log included. Throws where Python is missing or the file is none. */
export function databaseValues(path: string): Buffer[] {
	const { status, stdout, stderr } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8', maxBuffer: 2 ** 29 });
	if (status !== 0) throw new Error(stderr);
	return stdout
		.split('\n')
		.filter(Boolean)
		.map((line) => Buffer.from(line, 'hex'));
}
