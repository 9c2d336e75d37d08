import type { Output } from './io.ts'

export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

/** Returns functions that color a text for an output. They return the text unchanged if the output has no color. */
export function paint(output: Pick<Output, 'color'>): Style {
  const sgr = (on: number, off: number) => (text: string) => (output.color ? `\u001b[${on}m${text}\u001b[${off}m` : text)
  return { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), green: sgr(32, 39), yellow: sgr(33, 39), cyan: sgr(36, 39) }
}

/** Returns a number with its noun: `1 error`, `2 errors`. `plural` is needed only for an irregular plural. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`
}
