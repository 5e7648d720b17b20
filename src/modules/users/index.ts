export { type DirectoryPerson, DirectorySignIn } from './arrival/directory-sign-in.service.js';
export { rolesOf } from './arrival/directory-roles.js';
export { type DirectoryIdentity } from './arrival/person.js';
export { ORGANIZATION_ROLE_NAMES } from './members/member.entity.js';
export { People } from './people/people.service.js';
export { PLATFORM_ROLE_NAMES, User } from './people/user.entity.js';
export { UsersModule } from './users.module.js';
export { isMember } from './people/user.entity.js';
