import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { UsersModule } from '../users/index.js';
import { Project } from './project.entity.js';
import { OrganizationProjectsResolver, ProjectsResolver } from './projects.resolver.js';
import { ProjectsService } from './projects.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Project]), OrganizationsModule, UsersModule],
  providers: [ProjectsService, ProjectsResolver, OrganizationProjectsResolver],
  exports: [ProjectsService],
})
export class ProjectsModule {}
