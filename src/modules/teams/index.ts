export { BudgetMode, Team, TeamStatus } from './team.entity.js';
export { CreateTeamInput, UpdateTeamInput } from './teams.inputs.js';
export { TeamsModule } from './teams.module.js';
export { TEAM_DEFAULTS, TeamsService } from './teams.service.js';
