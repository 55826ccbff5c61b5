// 简体中文：设置。

import type { SETUP as ENGLISH } from '../en/setup.ts';
import type { Said } from '../phrase.ts';
import { PARAMETER_WORDS } from './parameters.ts';

export const SETUP: Said<typeof ENGLISH> = {
  ...PARAMETER_WORDS,
  'setup.title': '设置',
  'setup.preset': '预设',
  'setup.locked': '重置运行后才能更改设置。',
  'setup.data': '数据',
  'setup.data.world': '内置世界',
  'setup.data.own': '{name}：{n} 行',
  'setup.data.open': '打开自己的数据',
  'setup.data.help':
    'JSON 行，每行有 “prompt” 和人类的 “response”；也可以是聊天消息、指令与输出、问题与答案，或词元编号。',
  'setup.data.back': '回到内置世界',
  'setup.problem': '未采用：',
};
