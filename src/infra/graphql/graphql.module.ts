import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../config/index.js';
import { Log } from '../telemetry/index.js';
import { graphqlErrorFormatter } from './errors.js';
import { aliasLimit, depthLimit, fieldLimit } from './limits.js';
import { PlainJson } from './plain-json.js';
import { PostOnly } from './post-only.js';
import { CostLimit } from './cost-limit.js';
import { BigIntScalar, CreditsScalar, JsonScalar, MoneyScalar } from './scalars.js';

/** GraphQL at /graphql: code first, POST only, bounded before execution. The playground is a static page of its own. */
@Module({
  imports: [
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      inject: [Config, Log],
      useFactory: (config: Config, log: Log) => ({
        autoSchemaFile: true,
        sortSchema: true,
        path: '/graphql',
        graphiql: false,
        playground: false,
        fieldResolverEnhancers: ['guards'],
        introspection: true,
        csrfPrevention: true,
        allowBatchedHttpRequests: false,
        includeStacktraceInErrorResponses: false,
        parseOptions: { maxTokens: config.bounds.graphqlTokens },
        validationRules: [
          depthLimit(config.bounds.graphqlDepth),
          aliasLimit(config.bounds.graphqlAliases),
          fieldLimit(config.bounds.graphqlFields),
        ],
        resolvers: { BigInt: BigIntScalar, Money: MoneyScalar, Credits: CreditsScalar, JSON: JsonScalar },
        context: (req: FastifyRequest, reply: FastifyReply) => ({ req, reply }),
        formatError: graphqlErrorFormatter((error) => log.error('graphql operation failed', { error })),
      }),
    }),
  ],
  providers: [PostOnly, CostLimit, PlainJson],
})
export class GraphqlModule {}
