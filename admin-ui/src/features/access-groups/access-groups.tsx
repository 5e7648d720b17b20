export const AccessGroups = () => null;
