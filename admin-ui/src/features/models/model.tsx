export const Model = () => null;
