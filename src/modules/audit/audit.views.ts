import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { BigIntScalar } from '../../infra/graphql/index.js';

@ObjectType({ description: 'Somebody who occurs in the audit log.' })
export class AuditActor {
  @Field({ description: 'user, key, master_key, system or anonymous' })
  kind: string;

  @Field(() => String, { nullable: true })
  id: string | null;

  @Field()
  name: string;

  @Field(() => String, { nullable: true })
  email: string | null;
}

@ObjectType({ description: 'What occurs in the newest 10,000 entries, for the menus of a filter.' })
export class AuditFacets {
  @Field(() => [String])
  actions: string[];

  @Field(() => [String])
  entityTypes: string[];

  @Field(() => [AuditActor], { description: 'At most 200, by name.' })
  actors: AuditActor[];
}

export enum AuditVerdict {
  OK = 'ok',
  UNANCHORED = 'unanchored',
  TAMPERED = 'tampered',
}
registerEnumType(AuditVerdict, {
  name: 'AuditVerdict',
  valuesMap: {
    OK: { description: 'Every row is as it was written; only rows of the last minutes may wait for a checkpoint.' },
    UNANCHORED: {
      description: 'Nothing is wrong with the rows, but checkpoints that should vouch for them are missing.',
    },
    TAMPERED: { description: 'A row is not as it was written; `fault` names the first.' },
  },
});

@ObjectType({ description: 'The first row that is not as it was written.' })
export class AuditFault {
  @Field()
  problem: string;

  @Field(() => BigIntScalar, { nullable: true, description: 'Place in the chain, also of a row that is missing.' })
  sequence: bigint | null;

  @Field(() => String, { nullable: true, description: 'Id of the row found there.' })
  id: string | null;
}

@ObjectType({
  description:
    'What a verification of one chain has found. Against the owner of the database only an export, verified elsewhere with checkpoints kept elsewhere, gives certainty.',
})
export class AuditVerification {
  @Field(() => AuditVerdict)
  verdict: AuditVerdict;

  @Field({ description: 'When it was verified.' })
  at: Date;

  @Field(() => Int, { description: 'Rows of the chain that were verified.' })
  rows: number;

  @Field(() => Int, { description: 'Rows older than the chain, which nothing vouches for.' })
  unchained: number;

  @Field(() => BigIntScalar, { description: 'Place of the last row that a signed checkpoint vouches for; 0 for none.' })
  anchoredTo: bigint;

  @Field(() => Int, { description: 'Rows after that.' })
  unanchored: number;

  @Field(() => Int, { nullable: true, description: 'Number of the newest checkpoint of the chain.' })
  checkpoint: number | null;

  @Field(() => AuditFault, { nullable: true })
  fault: AuditFault | null;
}

@ObjectType({
  description: 'The Ed25519 key whose signature checkpoints and exports bear. Note it where the server cannot reach.',
})
export class AuditSigningKey {
  @Field({ description: 'The public key in PEM.' })
  pem: string;

  @Field({ description: 'Its short name, as `tollkeeper audit verify` prints it.' })
  fingerprint: string;
}

@ObjectType()
export class AuditHead {
  @Field(() => String, { nullable: true, description: 'Null for the chain of the platform.' })
  organizationId: string | null;

  @Field(() => BigIntScalar)
  sequence: bigint;

  @Field()
  hash: string;
}
