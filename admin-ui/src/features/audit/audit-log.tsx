export const AuditLog = () => null;
