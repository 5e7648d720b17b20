import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const START_MS = 30_000;
const programOf = (name) => fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url));

/** Starts a program of this folder as a process of its own; it says on which port it listens, and ends with us. */
export function startProgram(name, env = {}) {
  const child = fork(programOf(name), { env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not start in time`)), START_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    child.once('message', ({ port }) => {
      clearTimeout(timer);
      resolve({ port, pid: child.pid, order: (order) => ordered(child, order), stop: () => stopped(child) });
    });
  });
}

/** Sends an order to a program, and gives its answer. */
function ordered(child, order) {
  return new Promise((resolve, reject) => {
    const onExit = (code) => reject(new Error(`a program ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer);
    });
    child.send(order);
  });
}

function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', resolve);
    if (child.connected) child.disconnect();
    else child.kill();
  });
}
