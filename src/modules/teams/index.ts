export { BudgetMode, Team, TeamPage, TeamStatus } from './team.entity.js';
export { CreateTeamInput, PauseTeamInput, UpdateTeamInput } from './teams.inputs.js';
export { TeamsModule } from './teams.module.js';
export { TEAM_DEFAULTS, TeamsService } from './teams.service.js';
