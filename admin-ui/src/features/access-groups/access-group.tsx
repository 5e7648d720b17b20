export const AccessGroup = () => null;
