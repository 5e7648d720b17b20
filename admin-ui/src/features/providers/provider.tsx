export const Provider = () => null;
