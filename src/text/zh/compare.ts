// 简体中文：并排比较与盲测。

import type { COMPARE as ENGLISH } from '../en/compare.ts';
import type { Said } from '../phrase.ts';

export const COMPARE: Said<typeof ENGLISH> = {
  'answers.title': '对留出提示的回答',
  'answers.empty': '第一轮之前和每轮之后，模型会回答从未训练过的提示。',
  'answers.prompt': '提示',
  'answers.base': '初始',
  'answers.after': '第 {n} 轮之后',
  'answers.changed': '有变化',
  'answers.all': '显示全部 {n} 个提示',
  'answers.fewer': '显示较少提示',
  'answers.scroll': '各轮的回答；可横向滚动',
};
