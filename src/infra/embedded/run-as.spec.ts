import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { canReach, runAs } from './run-as.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollkeeper-run-as-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const asRoot = (uid: number): void => {
  jest.spyOn(process, 'getuid').mockReturnValue(uid);
};
const passwd = (...lines: string[]): string => {
  const path = join(folder, 'passwd');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const ROOT = 'root:x:0:0:root:/root:/bin/bash';
const NOBODY = 'nobody:x:65534:65533:nobody:/:/usr/sbin/nologin';

describe('runAs', () => {
  it('changes nothing for who is not root, and does not even look', () => {
    asRoot(1000);
    expect(runAs(join(folder, 'missing'))).toEqual({});
  });

  it('prefers postgres, takes nobody else, and takes ids from their own columns', () => {
    asRoot(0);
    expect(runAs(passwd(ROOT, NOBODY, 'postgres:x:70:71:PostgreSQL:/var/lib/postgresql:/bin/sh'))).toEqual({
      uid: 70,
      gid: 71,
    });
    expect(runAs(passwd(ROOT, NOBODY))).toEqual({ uid: 65534, gid: 65533 });
  });

  it('takes no user whose name only begins alike', () => {
    asRoot(0);
    expect(runAs(passwd('postgres-exporter:x:80:80::/:/bin/sh', 'nobody2:x:81:81::/:/bin/sh', NOBODY)).uid).toBe(65534);
  });

  it('says what to do when there is nobody', () => {
    asRoot(0);
    expect(() => runAs(passwd(ROOT))).toThrow('DATABASE_URL');
  });
});

describe('canReach', () => {
  /** The folder's own user and group, and somebody who is neither. */
  const people = (path: string): Record<'owner' | 'group' | 'other', { uid: number; gid: number }> => {
    const { uid, gid } = statSync(path);
    return { owner: { uid, gid: gid + 1 }, group: { uid: uid + 1, gid }, other: { uid: uid + 1, gid: gid + 1 } };
  };

  it.each([
    [0o700, [true, false, false]],
    [0o710, [true, true, false]],
    [0o711, [true, true, true]],
    [0o701, [true, false, true]],
    [0o766, [true, false, false]],
    [0o011, [false, true, true]],
  ])('goes by the bit of the one class that a user is in: %o', (mode, expected) => {
    chmodSync(folder, mode);
    const { owner, group, other } = people(folder);
    expect([owner, group, other].map((user) => canReach(folder, user))).toEqual(expected);
    chmodSync(folder, 0o700);
  });

  it('asks for every folder above, too', () => {
    const deep = join(folder, 'open', 'deep');
    mkdirSync(deep, { recursive: true });
    chmodSync(folder, 0o711);
    const { other } = people(folder);
    expect(canReach(deep, other)).toBe(true);
    chmodSync(folder, 0o700);
    expect(canReach(deep, other)).toBe(false);
  });

  it('reaches nothing that is not there, and as itself what is', () => {
    expect(canReach(join(folder, 'missing'), {})).toBe(false);
    expect(canReach(join(folder, 'missing'), people(folder).owner)).toBe(false);
    expect(canReach(folder, {})).toBe(true);
  });
});
