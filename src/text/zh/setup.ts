// 简体中文：设置。

import type { SETUP as ENGLISH } from '../en/setup.ts';
import type { Said } from '../phrase.ts';

export const SETUP: Said<typeof ENGLISH> = {
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
  'preset.default': '纯自我对弈',
  'preset.default.help': 'λ = 1，每轮使用新的样本，学习率逐轮减半：回答每轮都变好，但进步越来越小。',
  'preset.paper': '论文设置（按比例缩放）',
  'preset.paper.help':
    '先用小 λ，最后一轮用大 λ；两轮的样本一起训练，过两遍；最后一轮学习率降低。论文的模型有 70 亿参数，这里的小几千倍，所以学习率相应调高。',
  'preset.too-fast': '太快',
  'preset.too-fast.help':
    '小批量、高学习率。损失下降，准确率上升，但离人类回答的距离也在变大：两种回答的对数概率都在下降。',
  'parameter.seed': '随机种子',
  'parameter.seed.help': '决定数据的顺序和每一次随机抽取。同一台机器、同样的设置和种子会得到同样的运行。',
  'parameter.iterations': '迭代轮数',
  'parameter.iterations.help': '训练好的玩家成为下一轮对手的次数。',
  'parameter.examplesPerIteration': '每轮样本数',
  'parameter.examplesPerIteration.help': '每轮中对手要回答的提示数。越少，一轮越短，梯度也越嘈杂。',
  'parameter.batchSize': '批大小',
  'parameter.batchSize.help': '每一步的回答对数。批越大，步数越少，也越平稳。',
  'parameter.lambdas': 'λ（每轮一个）',
  'parameter.lambdas.help':
    '玩家被拉向过去的自己的强度：精确的自我对弈只在大于二分之一时收敛，更小的值会走过头。每轮一个数，最后一个会重复使用。',
  'parameter.learningRates': '学习率（每轮一个）',
  'parameter.learningRates.help':
    '每轮学习率计划的最高值，最后一个会重复使用。太高时，损失下降的同时两种对数概率也都下降。',
  'setup.problem': '未采用：',
};
