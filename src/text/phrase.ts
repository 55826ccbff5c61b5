// The shape of what can be said: a sentence with words in braces to be filled in, or one for each number.

export type Phrase = string | { readonly one: string; readonly other: string };

/** The same keys, said in another language. */
export type Said<Keys> = { readonly [K in keyof Keys]: Phrase };
