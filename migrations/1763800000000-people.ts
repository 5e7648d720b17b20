import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables with rows of one organization each; `*` sees all of them. */
const TENANT_TABLES = ['members', 'invitations', 'role_mappings'];

/** Users, their roles, and how the directory's roles and groups become roles here. */
export class People1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(
      'GRANT SELECT, INSERT, UPDATE, DELETE ON users, members, invitations, role_mappings TO tollkeeper_app',
    );
    await runner.query('REVOKE DELETE ON users, invitations FROM tollkeeper_app');
    for (const table of TENANT_TABLES) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY organization ON ${table} USING (${visible('organization_id')})`);
    }
    // People are changed by the platform alone; an organization sees those who are its members.
    await runner.query(`
      ALTER TABLE users ENABLE ROW LEVEL SECURITY;
      CREATE POLICY organization ON users USING (${SCOPE} = '*');
      CREATE POLICY members ON users FOR SELECT USING (
        EXISTS (SELECT FROM members WHERE members.user_id = users.id AND members.organization_id = ${SCOPE}))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS role_mappings, invitations, members, users CASCADE');
  }
}

const SCOPE = "(SELECT current_setting('app.organization', true))";
const visible = (column: string): string => `${column} = ${SCOPE} OR ${SCOPE} = '*'`;

/* A person is known by (tenant, object) of the directory and never by the e-mail, which changes hands. */
const TABLES = `
CREATE TABLE users (
  id text PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'deleted')),
  manual_role text CHECK (manual_role IN ('owner', 'admin', 'auditor')),
  directory_role text CHECK (directory_role IN ('owner', 'admin', 'auditor')),
  directory_tenant_id text,
  directory_object_id text,
  last_sign_in_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CHECK ((directory_tenant_id IS NULL) = (directory_object_id IS NULL))
);
CREATE UNIQUE INDEX users_directory ON users (directory_tenant_id, directory_object_id);
CREATE INDEX users_created ON users (created_at DESC, id);
CREATE TABLE members (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations,
  user_id text NOT NULL REFERENCES users,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  source text NOT NULL DEFAULT 'manual' CHECK (source IN ('manual', 'directory')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, user_id, source)
);
CREATE INDEX members_user ON members (user_id);
CREATE TABLE invitations (
  id text PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  platform_role text CHECK (platform_role IN ('owner', 'admin', 'auditor')),
  organization_id text REFERENCES organizations,
  organization_role text CHECK (organization_role IN ('owner', 'admin', 'member', 'viewer')),
  token_hash text NOT NULL UNIQUE,
  invited_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by text REFERENCES users,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((organization_id IS NULL) = (organization_role IS NULL)),
  CHECK (num_nonnulls(platform_role, organization_role) = 1)
);
CREATE INDEX invitations_created ON invitations (created_at DESC, id);
CREATE TABLE role_mappings (
  id text PRIMARY KEY,
  source text NOT NULL CHECK (source IN ('app_role', 'group')),
  value text NOT NULL,
  display_name text NOT NULL,
  platform_role text CHECK (platform_role IN ('owner', 'admin', 'auditor')),
  organization_id text REFERENCES organizations,
  organization_role text CHECK (organization_role IN ('owner', 'admin', 'member', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((organization_id IS NULL) = (organization_role IS NULL)),
  CHECK (num_nonnulls(platform_role, organization_role) = 1)
);
CREATE UNIQUE INDEX role_mappings_once ON role_mappings (source, value, coalesce(organization_id, ''));
`;
