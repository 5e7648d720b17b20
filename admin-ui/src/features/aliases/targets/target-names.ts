import { kindName } from '../../../components/catalog/provider-marks.js';

interface NamedModel {
  readonly name: string;
  readonly providerKind: string;
  readonly provider: { readonly name: string } | null;
}

/** The provider of a model, or the kind of those that may serve it. */
export const serverName = ({ provider, providerKind }: NamedModel): string => provider?.name ?? kindName(providerKind);

/** "OpenAI EU · gpt-5". */
export const targetName = (model: NamedModel): string => `${serverName(model)} · ${model.name}`;
