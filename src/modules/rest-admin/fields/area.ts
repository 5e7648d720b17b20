import { applyDecorators, UseInterceptors, UsePipes } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { CleanText } from './clean-text.pipe.js';
import { Spelling } from './spelling.interceptor.js';

export const ADMIN_KEY = 'admin_key';
export const VIRTUAL_KEY = 'virtual_key';

/**
 * What all controllers of the admin REST have in common.
 * @param tag heading of the area in the API documentation
 * @param names REST's names of fields that the services call otherwise than in camel case
 */
export const Area = (tag: string, names: Readonly<Record<string, string>> = {}): ClassDecorator =>
  applyDecorators(
    ApiTags(tag),
    ApiSecurity(ADMIN_KEY),
    UsePipes(new CleanText()),
    UseInterceptors(new Spelling(new Map(Object.entries(names)))),
  );

/** The handler is open to a virtual key of the team, too. */
export const AlsoForTenants = (): MethodDecorator => ApiBearerAuth(VIRTUAL_KEY);
