// Numbers in a language's digits. Making a format costs more than using it several times, and a view writes hundreds of numbers: each is
// made once.

const formats = new Map<string, Intl.NumberFormat>();

/** With a real minus sign. */
export function inNumbers(language: string, value: number, options: Intl.NumberFormatOptions): string {
  const key = `${language} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(language, options);
  formats.set(key, format);
  return format.format(value).replace('-', '−');
}
