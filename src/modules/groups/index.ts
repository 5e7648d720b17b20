export { GroupsModule } from './groups.module.js';
export { GroupsService } from './groups.service.js';
