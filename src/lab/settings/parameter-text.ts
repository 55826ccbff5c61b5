// A parameter's value as text, as links carry it and people type it, and back.

import type { Parameter } from '../../spin/parameters/parameter-kinds.ts';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A parameter's value as text gives it; what cannot be read stays text, for validation to refuse. */
export function parameterValue(row: Parameter, text: string): unknown {
  switch (row.kind) {
    case 'number':
    case 'integer':
      return numberOr(text.trim());
    case 'list':
      return text
        .split(/[\s,;]+/)
        .filter((part) => part !== '')
        .map(numberOr);
    case 'boolean':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    case 'choice':
      return row.options.find(({ value }) => String(value) === text)?.value ?? text;
  }
}

/** The shortest text that `parameterValue` reads as this value again. */
export function parameterText(value: unknown): string {
  if (Array.isArray(value)) return value.map(parameterText).join(',');
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? shortest(value) : String(value);
}

/** 0.0004 as 4e-4: what is shorter is read, and compared, sooner. Numbers of a usual size are written out. */
export function plainNumber(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e6) ? String(value) : shortest(value);
}

function shortest(value: number): string {
  const plain = String(value);
  const power = value.toExponential().replace('e+', 'e');
  return power.length < plain.length ? power : plain;
}

function numberOr(text: string): unknown {
  return DECIMAL.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}
