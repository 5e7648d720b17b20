import { createHash } from 'node:crypto';
import { pipeline, Transform } from 'node:stream';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';

/** SHA-256 of the body as it came, to be asked for once the body has been read. */
export type BodyHash = () => Buffer;

/** Hook of Fastify: hashes the body of a request that has an Idempotency-Key while it is being read. */
export function hashingBody(
  request: FastifyRequest,
  _reply: FastifyReply,
  payload: RequestPayload,
  done: (error: null, payload: RequestPayload) => void,
): void {
  if (request.headers['idempotency-key'] === undefined) return done(null, payload);
  const hash = createHash('sha256');
  request.bodyHash = () => hash.digest();
  const tap = new Transform({
    transform: (bytes: Buffer, _encoding, next) => {
      hash.update(bytes);
      next(null, bytes);
    },
  });
  // An error destroys the tap, and is then seen by whoever reads from it.
  pipeline(payload, tap, () => undefined);
  return done(null, tap);
}

declare module 'fastify' {
  interface FastifyRequest {
    bodyHash?: BodyHash;
  }
}
