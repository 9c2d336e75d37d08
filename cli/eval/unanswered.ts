import type { EvalAnswer } from '../../runtime/abi/index.ts'

export interface Unanswered {
  readonly id?: string
  readonly error: { readonly line: number; readonly message: string }
}

/** A value that is no question is the asker's mistake and not the policy's refusal, so it gets no decision. Null: it is one. */
export function unanswered(answer: EvalAnswer, line: number): Unanswered | null {
  if (answer.code !== 'bad-eval-request') return null
  return { ...(answer.id === undefined ? {} : { id: answer.id }), error: { line, message: answer.message ?? '' } }
}
