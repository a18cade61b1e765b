import type { TeacherRequest } from '@sdg/core';

/** Marks by which chat templates set off turns; the prompt reads better without them. */
const TEMPLATE_MARKS =
  /<\|(?:system|user|assistant|eot_id|begin_of_text|end_of_text|endoftext|im_end|start_of_role|end_of_role)\|>|<\|start_header_id\|>\w+<\|end_header_id\|>|<\|im_start\|>\w+|<\|begin▁of▁sentence\|>|<<\/?SYS>>|\[\/?INST\]|<\/?s>/gu;

/** The whole prompt as plain text: the messages one after the other, or the prompt without marks of chat templates. */
export function promptText({ messages, prompt }: Pick<TeacherRequest, 'messages' | 'prompt'>): string {
  const whole = messages ? messages.map(({ content }) => content).join('\n\n') : (prompt ?? '');
  return whole.replace(TEMPLATE_MARKS, '\n').replace(/\r\n?/gu, '\n').trim();
}
