export const Alias = () => null;
