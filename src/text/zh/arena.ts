// 简体中文：对局。

import type { ARENA as ENGLISH } from '../en/arena.ts';
import type { Said } from '../phrase.ts';

export const ARENA: Said<typeof ENGLISH> = {
  'pairs.title': '正在产生的回答对',
  'pairs.empty': '每个提示都有人类的回答；对手的回答将显示在旁边。',
  'pairs.count':
    '第 {iteration} 轮已回答 {n} / {of}；{identical} 个与人类回答相同，{cut} 个因过长被截断。这里显示最近的。',
  'pairs.unfit': '{skipped} 个样本太长而被略去，{truncated} 个被截短。',
  'pairs.cut': '达到最大长度被截断',
  'pairs.logp': 'log p = {value}',
  'pairs.scroll': '最近的回答对；可滚动',
  'verdict.good': '人类会这样说。',
  'verdict.bad': '没有人会这样说：',
};
