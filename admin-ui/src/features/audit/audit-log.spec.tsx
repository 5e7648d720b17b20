import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import { answer, show } from '../../../test/render.js';
import { AuditEntriesDocument, AuditFacetsDocument } from '../../gql/audit.js';
import { AuditLog } from './audit-log.js';

const ENTRY = {
  id: 'aud_1',
  at: '2026-11-21T10:00:00.000Z',
  organizationId: null,
  actorKind: 'master_key',
  actorId: null,
  actorName: 'master_key',
  actorEmail: null,
  action: 'access_group.create',
  status: 'SUCCESS',
  message: null,
  entityType: 'AccessGroup',
  entityId: 'standard',
  entityName: null,
  address: '127.0.0.1',
  userAgent: null,
  requestId: 'req_1',
  sequence: '1',
};

const answers = [
  answer(AuditEntriesDocument, { auditEntries: { total: 1, nextCursor: null, items: [ENTRY] } }),
  answer(AuditFacetsDocument, { auditFacets: { actions: [], entityTypes: [], actors: [] } }),
];

describe('the audit log', () => {
  it('names actors, entities and actions in words, and keeps the filters in the link of a row', async () => {
    show(<AuditLog />, { actions: ['audit.read'], answers, path: '/audit?actor=master_key' });
    const link = await screen.findByRole('link', { name: 'access_group.create' });
    expect(link.getAttribute('href')).toBe('/audit?actor=master_key&entry=aud_1');
    expect(screen.getByText('Access group')).toBeTruthy();
    expect(screen.getByRole('img', { name: 'Master key' })).toBeTruthy();
  });

  it('is exported only by those who may', async () => {
    show(<AuditLog />, { actions: ['audit.read'], answers });
    await screen.findByText('access_group.create');
    expect(screen.queryByRole('button', { name: 'Export' })).toBeNull();
  });
});
