import { Radio, Stack } from '@mantine/core';
import { text } from '../text.js';
import { ROLE_CHOICES, type Role } from './roles.js';

interface RoleFieldProps {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
  readonly error?: string;
}

/** Chooses a role by what it lets somebody do. */
export const RoleField = ({ value, onChange, error }: RoleFieldProps) => (
  <Radio.Group label={text.role} value={value} onChange={onChange} error={error}>
    <Stack gap="xs" mt={6}>
      {ROLE_CHOICES.map((role) => (
        <Radio key={role.value} value={role.value} label={role.label} description={text.roleHelp[role.value]} />
      ))}
    </Stack>
  </Radio.Group>
);
