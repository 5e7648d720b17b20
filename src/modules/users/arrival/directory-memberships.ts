import { In, Not } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { newId } from '../../../core/id.js';
import type { OrganizationRole } from '../../../core/roles.js';
import { Organization, OrganizationStatus } from '../../organizations/index.js';
import { Member, MemberSource } from '../members/member.entity.js';

/** Those of the organizations that are not deleted, with the role in each. */
async function existing(
  ctx: Ctx,
  roles: ReadonlyMap<string, OrganizationRole>,
): Promise<Map<string, OrganizationRole>> {
  const where = { id: In([...roles.keys()]), status: Not(OrganizationStatus.DELETED) };
  const organizations = await ctx.em.find(Organization, { where, order: { id: 'ASC' } });
  return new Map(organizations.map(({ id }) => [id, roles.get(id)!]));
}

/** Makes the memberships that come from the directory exactly these; those given here stay as they are. */
export async function replaceDirectoryMemberships(
  ctx: Ctx,
  userId: string,
  roles: ReadonlyMap<string, OrganizationRole>,
): Promise<void> {
  const source = MemberSource.DIRECTORY;
  const wanted = await existing(ctx, roles);
  const held = await ctx.em.find(Member, { where: { userId, source }, order: { id: 'ASC' } });
  await ctx.em.remove(held.filter((member) => !wanted.has(member.organizationId)));
  for (const [organizationId, role] of wanted) {
    const member = held.find((each) => each.organizationId === organizationId);
    const values = member ?? { id: newId('member'), organizationId, userId, source };
    await ctx.em.save(ctx.em.create(Member, { ...values, role }));
  }
}
