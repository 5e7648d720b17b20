import { useMutation } from '@apollo/client/react';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useState } from 'react';
import { ConfirmByTyping } from '../../../components/confirm-by-typing.js';
import { notifyDone } from '../../../components/notify.js';
import { MembersDocument, type MembersQuery, RemoveMemberDocument } from '../../../gql/members.js';
import { text } from '../text.js';

type Member = MembersQuery['organization']['members']['items'][number];

/** Takes a member out; not one of the directory, who would come back at the next sign-in. */
export function RemoveMember({ member: { id, source, user } }: { member: Member }) {
  const [isAsking, setAsking] = useState(false);
  const [remove] = useMutation(RemoveMemberDocument, { variables: { id }, refetchQueries: [MembersDocument] });
  if (source === 'DIRECTORY') return null;
  const label = text.removeMemberOf(user.name);
  return (
    <>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setAsking(true)}>
          <IconUserMinus size={16} />
        </ActionIcon>
      </Tooltip>
      {isAsking && (
        <ConfirmByTyping
          title={text.removeTitle}
          message={text.removeMessage(user.name)}
          phrase={user.email}
          confirmLabel={text.removeMember}
          onConfirm={() => remove().then(() => notifyDone(text.memberRemoved(user.name)))}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
