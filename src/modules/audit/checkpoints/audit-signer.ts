import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Signer } from '../chain/signature.js';

/** Signs with the key of this installation: from AUDIT_SIGNING_KEY, or else derived from the encryption key. */
@Injectable()
export class AuditSigner extends Signer {
  constructor(config: Config) {
    super((config.auditSigningKey ?? config.encryptionKey!).reveal());
  }
}
