const OTHERWISE = 'or set DATABASE_URL to use a PostgreSQL of your own';

const DENIED = 'Give it to the user that runs Tollkeeper (chown), or choose another DATA_DIR.';

/** What an operator does about a code of the operating system. */
const BY_CODE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space and start again.',
  EDQUOT: 'The disk quota is used up: free some space and start again.',
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: 'The file system is read-only. Choose another DATA_DIR.',
  ENOTDIR: 'A part of the path is a file. Choose another DATA_DIR.',
  EEXIST: 'It is a file, not a folder. Choose another DATA_DIR.',
  ENAMETOOLONG: 'The path is too long. Choose another DATA_DIR.',
};

/** What an operator does about words in PostgreSQL's log; the first that matches speaks. */
const BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|Disk quota exceeded|Check free disk space|wrote only \d+ of/,
    'The disk is full: free some space and start again.',
  ],
  [/Read-only file system/, 'The file system is read-only: choose another DATA_DIR.'],
  [
    /could not look up effective user ID/,
    `The user that runs Tollkeeper has no entry in /etc/passwd: add one, run as a user that has one, ${OTHERWISE}.`,
  ],
  [/could not create any TCP\/IP sockets|could not bind/, `No port on 127.0.0.1 can be had: free one, ${OTHERWISE}.`],
  [/Cannot allocate memory|could not map anonymous shared memory/, 'There is too little memory: give it more.'],
  [
    /lock file "postmaster.pid" already exists|pre-existing shared memory block/,
    'Another server process still uses this database: stop it and start again.',
  ],
  [
    /incompatible with server|initialized by PostgreSQL version|unrecognized configuration parameter/,
    `The database and this PostgreSQL do not fit together: install the version that made it, ${OTHERWISE}.`,
  ],
  [
    /[Pp]ermission denied|Operation not permitted|wrong ownership|invalid permissions/,
    'Permission is denied: every folder above must let the user of the database through, or choose another DATA_DIR.',
  ],
];

const LAST_LINES = 6;

/** An error of a file operation in words that say what to do; one that has them already is passed on. */
export function fileProblem(what: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code) return error as Error;
  return new Error([`${what} cannot be used: ${message}.`, BY_CODE[code]].filter(Boolean).join(' '), { cause: error });
}

/** What to do about words of PostgreSQL; undefined when they are news to us. */
export const adviceOn = (printed: string): string | undefined => BY_WORDS.find(([words]) => words.test(printed))?.[1];

/** A failure of one of PostgreSQL's programs, from what it printed. */
export function serverProblem(what: string, printed: string): Error {
  const advice = adviceOn(printed);
  const end = printed.trim().split('\n').slice(-LAST_LINES).join('\n  ');
  return new Error([what, advice, end && `PostgreSQL said:\n  ${end}`].filter(Boolean).join(' '));
}
