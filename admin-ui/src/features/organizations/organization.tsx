export const Organization = () => null;
