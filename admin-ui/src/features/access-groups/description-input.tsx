import { Textarea, type TextareaProps } from '@mantine/core';
import { text } from './text.js';

export const DescriptionInput = (props: TextareaProps) => (
  <Textarea
    label={text.description}
    description={text.descriptionHelp}
    autosize
    minRows={2}
    maxRows={6}
    maxLength={2000}
    {...props}
  />
);
