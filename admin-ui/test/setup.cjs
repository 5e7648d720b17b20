/* What the component library asks of a browser and jsdom does not have. */

/** The empty query must match, or the table component hides every column. */
window.matchMedia = (query) => ({
  matches: query === '' || query.includes('min-width'),
  media: query,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {},
  dispatchEvent: () => false,
});
window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView = () => {};
document.fonts = { addEventListener() {}, removeEventListener() {} };
