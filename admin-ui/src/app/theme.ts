import {
  createTheme,
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  Menu,
  Modal,
  Notification,
  Tooltip,
} from '@mantine/core';

/** Shades and colours that keep every text at 4.5:1 or more on its ground, in both schemes. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  components: {
    // The placeholder is an element that has no place in a menu.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        // A dialog's head is no landmark of the page.
        attributes: { header: { role: 'presentation' } },
        overlayProps: { backgroundOpacity: 0.5, blur: 2 },
      },
      styles: { title: { fontWeight: 650 } },
    }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' }, withBorder: true },
      styles: { description: { color: 'var(--mantine-color-text)' } },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
  },
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    if (input.variant === 'filled' && input.color === 'red')
      return { ...colors, background: 'var(--mantine-color-red-9)', hover: 'var(--mantine-color-red-8)' };
    if (input.variant !== 'light' || !input.color) return colors;
    const name = input.color.split('.')[0]!;
    return { ...colors, color: `light-dark(var(--mantine-color-${name}-9), var(--mantine-color-${name}-2))` };
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-8)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--tk-ground': 'var(--mantine-color-gray-0)',
    '--tk-track': 'var(--mantine-color-gray-2)',
    '--tk-good': 'var(--mantine-color-teal-9)',
    '--tk-bad': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--tk-ground': 'var(--mantine-color-dark-8)',
    '--tk-track': 'var(--mantine-color-dark-5)',
    '--tk-good': 'var(--mantine-color-teal-4)',
    '--tk-bad': 'var(--mantine-color-red-4)',
  },
});
