import type { Model } from '../../language/index.ts'
import { MOST_TEST_BYTES, MOST_TESTS_BYTES } from '../../runtime/abi/index.ts'
import { writtenTest } from '../testing/index.ts'

/**
 * Returns the bundle's file `tests.jsonl` (`spec/language/bundle.md`): as many of the policy's tests as fit, one per line, in
 * model order.
 */
export function testsOf(model: Model): { readonly text: string; readonly carried: number } {
  const lines: string[] = []
  let left = MOST_TESTS_BYTES
  for (const test of model.tests) {
    const line = `${exactJson(writtenTest(model, test))}\n`
    const bytes = Buffer.byteLength(line)
    if (bytes > MOST_TEST_BYTES || bytes > left) continue
    lines.push(line)
    left -= bytes
  }
  return { text: lines.join(''), carried: lines.length }
}

/** Returns JSON on one line that `JSON.parse` reads back exactly, including −0 and numbers beyond doubles. */
export function exactJson(value: unknown): string {
  if (typeof value === 'number') return numberText(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(exactJson).join(',')}]`
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${exactJson(member)}`).join(',')}}`
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0'
  if (Number.isFinite(value)) return JSON.stringify(value)
  return value > 0 ? '1e999' : '-1e999'
}
