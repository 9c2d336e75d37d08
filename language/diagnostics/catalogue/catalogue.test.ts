import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Entry } from './define.ts'
import { catalogue } from './index.ts'

/** Stands for every parameter: a text that can also be used as a list is. */
const anyValue = Object.assign(new String('x'), { join: () => 'x', map: (to: (value: string) => string) => [to('x')] })
const anyParams = new Proxy({}, { get: () => anyValue }) as never

/** The message and the help as an entry would say them. */
function said(entry: Entry<never>): { message: string; help: string } {
  return { message: entry.message(anyParams), help: entry.help(anyParams) }
}

test('no code is used twice', () => {
  const codes = catalogue.map((entry) => entry.code)
  expect(codes).toEqual([...new Set(codes)].sort())
})

test('every file of the catalogue is in it', async () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => /^(?!define|index)[a-z-]+\.ts$/.test(name))
  for (const file of files) {
    const area: Record<string, Entry<never>> = await import(new URL(file, import.meta.url).href)
    for (const entry of Object.values(area)) if (typeof entry === 'object') expect(catalogue).toContain(entry)
  }
})

test.each(catalogue.map((entry) => [entry.code, entry] as const))('%s keeps to the style', (code, entry) => {
  expect(code).toMatch(/^IAP[1-5]\d{3}$/)
  expect(entry.severity).toBe(code.startsWith('IAP5') ? 'warning' : 'error')
  const { message, help } = said(entry)
  expect(message).not.toBe('')
  expect(help).not.toBe('')
  for (const sentence of [message, help]) {
    // Lower case or the user's text first, and no full stop at the end.
    expect(sentence).toMatch(/^[a-z`]/)
    expect(sentence).not.toMatch(/[.!]$/)
    expect(sentence.split('`').length % 2, 'backticks come in pairs').toBe(1)
    expect(sentence).not.toContain('\n')
    expect(sentence).not.toContain('undefined')
  }
})
