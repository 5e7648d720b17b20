import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { AdminAction, CurrentCtx } from '../../../infra/access/index.js';
import { AliasTest, TestAliasInput } from './alias-test.js';
import { AliasTests } from './alias-tests.service.js';

@Resolver()
export class AliasTestsResolver {
  constructor(private readonly tests: AliasTests) {}

  @AdminAction('alias.test')
  @Mutation(() => AliasTest, { description: 'Calls the alias for real, through the gateway, at the cost of the team.' })
  testAlias(@CurrentCtx() ctx: Ctx, @Args('input') input: TestAliasInput): Promise<AliasTest> {
    return this.tests.run(ctx, input);
  }
}
