export { CachePrice, type Keeping, Project, ProjectStatus } from './project.entity.js';
export { CreateProjectInput } from './projects.inputs.js';
export { ProjectsModule } from './projects.module.js';
export { ProjectsService } from './projects.service.js';
