import { Input, Radio, SegmentedControl, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { EntitySelect } from '../../components/entity-select.js';
import { ORGANIZATION_ROLES, type OrganizationRole, PLATFORM_ROLES, type PlatformRole } from './roles.js';
import { text } from './text.js';

/** Fields of a form that gives one role: of the platform, or in an organization. */
export interface GrantValues {
  readonly grants: 'platform' | 'organization';
  readonly platformRole: PlatformRole;
  readonly organizationId: string | null;
  readonly organizationRole: OrganizationRole;
}

/** The least powerful of each, so that nobody gives more by not looking. */
export const INITIAL_GRANT: GrantValues = {
  grants: 'platform',
  platformRole: 'AUDITOR',
  organizationId: null,
  organizationRole: 'MEMBER',
};

export const grantProblems = ({ grants, organizationId }: GrantValues) => ({
  organizationId: grants === 'organization' && !organizationId ? text.organizationNeeded : null,
});

/** The part of the input that says which role. */
export const grantInput = ({ grants, platformRole, organizationId, organizationRole }: GrantValues) =>
  grants === 'platform' ? { platformRole } : { organizationId, organizationRole };

interface RoleRadiosProps<Value extends string> {
  readonly label: string;
  readonly roles: readonly { readonly value: Value; readonly label: string; readonly description: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly error?: unknown;
}

/** Chooses a role by what it lets somebody do. */
export const RoleRadios = <Value extends string>({ label, roles, value, onChange, error }: RoleRadiosProps<Value>) => (
  <Radio.Group label={label} value={value} onChange={onChange} error={typeof error === 'string' ? error : null}>
    <Stack gap="xs" mt={6}>
      {roles.map((role) => (
        <Radio key={role.value} value={role.value} label={role.label} description={role.description} />
      ))}
    </Stack>
  </Radio.Group>
);

/** Which role an invitation or a mapping gives. */
export function RoleGrant<Values extends GrantValues>({ form }: { form: UseFormReturnType<Values> }) {
  const own = form as unknown as UseFormReturnType<GrantValues>;
  const { grants, platformRole, organizationId, organizationRole } = own.values;
  return (
    <Stack gap="sm">
      <Input.Wrapper label={text.grants} labelElement="div">
        <SegmentedControl
          fullWidth
          aria-label={text.grants}
          value={grants}
          onChange={(chosen) => own.setFieldValue('grants', chosen)}
          data={[
            { value: 'platform', label: text.grantPlatform },
            { value: 'organization', label: text.grantOrganization },
          ]}
        />
      </Input.Wrapper>
      {grants === 'platform' ? (
        <RoleRadios
          label={text.role}
          roles={PLATFORM_ROLES}
          value={platformRole}
          onChange={(role) => own.setFieldValue('platformRole', role)}
          error={own.errors.platformRole}
        />
      ) : (
        <>
          <EntitySelect
            kind="organization"
            required
            label={text.organization}
            {...own.getInputProps('organizationId')}
            value={organizationId}
          />
          <RoleRadios
            label={text.organizationRole}
            roles={ORGANIZATION_ROLES}
            value={organizationRole}
            onChange={(role) => own.setFieldValue('organizationRole', role)}
            error={own.errors.organizationRole}
          />
        </>
      )}
    </Stack>
  );
}
