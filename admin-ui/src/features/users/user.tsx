export const User = () => null;
