import { type Provider, ProviderStatus } from '../../catalog/index.js';
import { Flag, Instant, Many, PageAnswer, Text } from '../fields/answers.js';

/** A vendor connection. Its secret is in no answer. */
export class CredentialView {
  @Text()
  credential_id: string;

  @Text({ nullable: true, about: 'Null: it serves every organization.' })
  organization_id: string | null;

  @Text()
  provider: string;

  @Text()
  credential_name: string;

  @Text({ nullable: true })
  api_base: string | null;

  @Flag()
  is_active: boolean;

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;

  @Flag()
  has_api_key: boolean;
}

export class CredentialList extends PageAnswer {
  @Many(() => CredentialView)
  credentials: CredentialView[];
}

export class OrganizationCredentials {
  @Text()
  organization_id: string;

  @Many(() => CredentialView, 'At most 200 of them, newest first.')
  credentials: CredentialView[];
}

export class CredentialDone {
  @Text()
  credential_id: string;

  @Flag()
  is_active: boolean;

  @Text()
  message: string;
}

export const credentialView = (provider: Provider): CredentialView => ({
  credential_id: provider.id,
  organization_id: provider.organizationId,
  provider: provider.kind,
  credential_name: provider.name,
  api_base: provider.baseUrl,
  is_active: provider.status === ProviderStatus.ENABLED,
  created_at: provider.createdAt,
  updated_at: provider.updatedAt,
  has_api_key: provider.hasCredential,
});

export const credentialDone = (provider: Provider, what: string): CredentialDone => ({
  credential_id: provider.id,
  is_active: provider.status === ProviderStatus.ENABLED,
  message: `Credential ${what} successfully`,
});
