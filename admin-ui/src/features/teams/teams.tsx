export const Teams = () => null;
