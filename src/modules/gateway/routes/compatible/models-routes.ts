import { Injectable } from '@nestjs/common';
import { notFound } from '../../../../core/errors.js';
import { type CallableAlias, RoutesService } from '../../../catalog/index.js';
import { type Call, type GatewayRoute, paramsOf } from '../routes.js';

/** The aliases that a key may call, as the list of models that SDKs ask for. */
@Injectable()
export class ModelsRoutes {
  constructor(private readonly routes: RoutesService) {}

  readonly all: readonly GatewayRoute[] = [
    {
      method: 'GET',
      path: '/v1/models',
      summary: 'The aliases that the key may call, as OpenAI lists models; as Anthropic does with its version header',
      dialect: 'openai',
      handle: (call) => this.list(call),
    },
    {
      method: 'GET',
      path: '/v1/models/:id',
      summary: 'One of them',
      dialect: 'openai',
      handle: (call) => this.one(call),
    },
  ];

  private async list(call: Call): Promise<unknown> {
    const aliases = await this.allowed(call);
    if (!speaksAnthropic(call)) return { object: 'list', data: aliases.map(openAiModel) };
    const [first, last] = [aliases[0]?.name ?? null, aliases.at(-1)?.name ?? null];
    return { data: aliases.map(anthropicModel), has_more: false, first_id: first, last_id: last };
  }

  private async one(call: Call): Promise<unknown> {
    const { id } = paramsOf(call.request);
    const alias = (await this.allowed(call)).find(({ name }) => name === id);
    if (!alias) throw notFound('Model alias', id!);
    return speaksAnthropic(call) ? anthropicModel(alias) : openAiModel(alias);
  }

  /** What is granted, as far as the rules of the key leave it. */
  private async allowed({ caller }: Call): Promise<CallableAlias[]> {
    const { rules } = caller;
    const isServed = ({ providerKinds: kinds }: CallableAlias): boolean =>
      kinds.length === 0 || kinds.some((kind) => rules.allowsProvider(kind));
    return (await this.routes.callable(caller)).filter((alias) => rules.allowsModel(alias.name) && isServed(alias));
  }
}

const speaksAnthropic = ({ request }: Call): boolean => request.headers['anthropic-version'] !== undefined;

const openAiModel = ({ name, createdAt }: CallableAlias): Record<string, unknown> => ({
  id: name,
  object: 'model',
  created: Math.floor(createdAt.getTime() / 1_000),
  owned_by: 'tollkeeper',
});

const anthropicModel = ({ name, displayName, createdAt }: CallableAlias): Record<string, unknown> => ({
  type: 'model',
  id: name,
  display_name: displayName,
  created_at: createdAt.toISOString(),
});
