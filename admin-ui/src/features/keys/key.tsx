export const Key = () => null;
