import { useMutation } from '@apollo/client/react';
import { Button, Text } from '@mantine/core';
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Can } from '../../../components/can.js';
import { ConfirmByTyping } from '../../../components/confirm-by-typing.js';
import { FormDialog } from '../../../components/form-dialog.js';
import { MoreMenu } from '../../../components/more-menu.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { DeleteUserDocument, UserDocument, type UserQuery } from '../../../gql/user.js';
import { ResumeUserDocument, SuspendUserDocument, UsersDocument } from '../../../gql/users.js';
import { useSession } from '../../../lib/session.js';
import { text } from '../text.js';
import { EditPerson } from './edit-person.js';

type Person = UserQuery['user'];

interface DialogProps {
  readonly person: Person;
  readonly onClose: () => void;
}

function Suspend({ person: { id, name }, onClose }: DialogProps) {
  const [suspend] = useMutation(SuspendUserDocument, { variables: { id }, refetchQueries: [UserDocument] });
  return (
    <FormDialog
      title={text.suspendTitle}
      initial={{}}
      submitLabel={text.suspend}
      danger
      onSubmit={() => suspend().then(() => notifyDone(text.suspendedToast(name)))}
      onClose={onClose}
    >
      {() => <Text size="sm">{text.suspendMessage(name)}</Text>}
    </FormDialog>
  );
}

function Delete({ person: { id, name, email }, onClose }: DialogProps) {
  const navigate = useNavigate();
  const [remove] = useMutation(DeleteUserDocument, { variables: { id }, refetchQueries: [UsersDocument] });
  const confirm = async (): Promise<void> => {
    await remove();
    notifyDone(text.deletedToast(name));
    await navigate('/users');
  };
  return (
    <ConfirmByTyping
      title={text.deleteTitle}
      message={text.deleteMessage(name)}
      phrase={email}
      confirmLabel={text.delete}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

const DIALOGS = { edit: EditPerson, suspend: Suspend, delete: Delete };

/** What can be done with a person. Nobody suspends or deletes themselves. */
export function PersonActions({ person }: { person: Person }) {
  const { viewer } = useSession();
  const [open, setOpen] = useState<keyof typeof DIALOGS | null>(null);
  const [resume] = useMutation(ResumeUserDocument, {
    variables: { id: person.id },
    refetchQueries: [UserDocument],
  });
  const Dialog = open && DIALOGS[open];
  const isOther = viewer.userId !== person.id;
  const isSuspended = person.status === 'SUSPENDED';
  const resumeNow = (): void => {
    resume().then(() => notifyDone(text.resumedToast(person.name)), notifyFailed);
  };
  return (
    <>
      <Can action="user.update">
        <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen('edit')}>
          {text.edit}
        </Button>
      </Can>
      <MoreMenu
        items={[
          {
            label: text.resume,
            icon: IconPlayerPlay,
            action: 'user.resume',
            isShown: isSuspended,
            onClick: resumeNow,
          },
          {
            label: text.suspend,
            icon: IconPlayerPause,
            action: 'user.suspend',
            isShown: isOther && !isSuspended,
            onClick: () => setOpen('suspend'),
          },
          {
            label: text.delete,
            icon: IconTrash,
            action: 'user.delete',
            isShown: isOther,
            danger: true,
            onClick: () => setOpen('delete'),
          },
        ]}
      />
      {Dialog && <Dialog person={person} onClose={() => setOpen(null)} />}
    </>
  );
}
