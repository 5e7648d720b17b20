import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';

interface Named {
  readonly id: string;
  readonly name: string;
}

interface JobHolderProps {
  readonly team: Named | null;
  readonly project: Named | null;
  /** Longer names are cut; whole when left out. */
  readonly maxWidth?: number;
}

/** Whose a job is: its team, or the project of one without a team. */
export function JobHolder({ team, project, maxWidth }: JobHolderProps) {
  const cut = maxWidth === undefined ? {} : { display: 'block', truncate: true, maw: maxWidth };
  if (team)
    return (
      <Anchor component={Link} to={`/teams/${team.id}`} size="sm" {...cut}>
        {team.name}
      </Anchor>
    );
  return (
    <Text span size="sm" {...cut}>
      {project?.name ?? '–'}
    </Text>
  );
}
