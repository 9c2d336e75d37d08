import type { EvalRequest } from '../../runtime/abi/index.ts'
import { checkRequest } from './check-request.ts'

export type Asked =
  | { readonly ok: true; readonly request: EvalRequest }
  /** `line` from 1; `id` where the line has one. */
  | { readonly ok: false; readonly line: number; readonly id?: string; readonly message: string }

/** Lines → questions: one JSON object a line, or a single object over several lines. Streams as long as lines are objects. */
export async function* readQuestions(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Asked> {
  let number = 0
  // Lines of an object that has begun and may end on a later line; only possible at the start of the input.
  let open: { line: number; text: string }[] | null = null
  let first = true
  for await (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    if (open === null && first && parse(text) === undefined) open = []
    first = false
    if (open === null) yield question(number, text)
    else open.push({ line: number, text })
  }
  if (open === null) return
  const whole = parse(open.map((part) => part.text).join('\n'))
  if (whole !== undefined) yield fromValue(open[0]?.line ?? 1, whole.value)
  else for (const part of open) yield question(part.line, part.text)
}

function question(line: number, text: string): Asked {
  try {
    return fromValue(line, JSON.parse(text))
  } catch (error) {
    return { ok: false, line, message: `this line is not JSON: ${(error as Error).message}` }
  }
}

function fromValue(line: number, value: unknown): Asked {
  const checked = checkRequest(value)
  if (checked.ok) return checked
  const id = typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? { id: value.id } : {}
  return { ok: false, line, ...id, message: checked.message }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
