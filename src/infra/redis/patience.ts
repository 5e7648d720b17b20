/**
 * The result of work, or a failure when it takes longer. What has arrived already is read before that is decided, so
 * that a process which was busy itself does not take the other side for slow.
 */
export function withinPatience<T>(work: Promise<T>, patienceMs: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = (): void => reject(new Error(`${what} did not answer within ${patienceMs} ms`));
    const timer = setTimeout(() => setImmediate(late), patienceMs);
    const done = (end: () => void): void => {
      clearTimeout(timer);
      end();
    };
    work.then(
      (value) => done(() => resolve(value)),
      (error: Error) => done(() => reject(error)),
    );
  });
}
