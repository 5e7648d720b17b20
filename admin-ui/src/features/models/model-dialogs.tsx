import { useMutation } from '@apollo/client/react';
import { useNavigate } from 'react-router';
import { ConfirmByTyping } from '../../components/confirm-by-typing.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { DeleteModelDocument, ModelDocument, type ModelQuery, UpdateModelDocument } from '../../gql/model.js';
import { type ModelSettings, SettingsFields, settingsOf } from './model-settings.js';
import { text } from './text.js';

interface DialogProps {
  readonly model: ModelQuery['model'];
  readonly onClose: () => void;
}

/** Context window, length of answers and capabilities. The name stays: another name is another model. */
export function EditModel({ model, onClose }: DialogProps) {
  const [update] = useMutation(UpdateModelDocument, { refetchQueries: [ModelDocument] });
  const initial: ModelSettings = {
    contextWindow: model.contextWindow ?? '',
    maxOutputTokens: model.maxOutputTokens ?? '',
    capabilities: [...model.capabilities],
    plans: [...model.plans],
  };
  return (
    <FormDialog<ModelSettings>
      title={text.editTitle}
      submitLabel={text.save}
      initial={initial}
      onSubmit={async (values) => {
        await update({ variables: { id: model.id, input: settingsOf(values) } });
        notifyDone(text.saved);
      }}
      onClose={onClose}
    >
      {(form) => <SettingsFields field={form.getInputProps} />}
    </FormDialog>
  );
}

export function DeleteModel({ model, onClose }: DialogProps) {
  const navigate = useNavigate();
  const [remove] = useMutation(DeleteModelDocument);
  return (
    <ConfirmByTyping
      title={text.removeTitle}
      message={text.removeMessage}
      phrase={model.id}
      confirmLabel={text.removeSubmit}
      onConfirm={async () => {
        await remove({ variables: { id: model.id } });
        notifyDone(text.removed(model.name));
        void navigate('/models');
      }}
      onClose={onClose}
    />
  );
}
