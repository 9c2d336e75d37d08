import { expect, test } from 'vitest'
import { CheckAnswer, type CheckVerdict } from './check-answer.ts'

function answering() {
  const seen: string[] = []
  const answer = new CheckAnswer((verdict) => seen.push(verdict.kind === 'refused' ? `refused ${verdict.status}` : 'permitted'))
  answer.on('close', () => seen.push('close'))
  return { answer, seen }
}

const PERMIT: CheckVerdict = { kind: 'permitted', set: [], remove: [], alwaysRemove: [], response: [] }

test('an answer that is broken off is a refusal, once', () => {
  const { answer, seen } = answering()
  answer.destroy()
  answer.destroy()
  answer.permit(PERMIT)
  expect([seen, answer.writableFinished]).toEqual([['refused 500', 'close'], false])
})

test('an abandoned answer has no verdict, and ends', () => {
  const { answer, seen } = answering()
  answer.abandon()
  answer.destroy()
  expect(seen).toEqual(['close'])
  const late = answering()
  late.answer.abandon()
  late.answer.permit(PERMIT)
  expect(late.seen).toEqual(['close'])
})

test('a request ends even if its verdict cannot be sent', () => {
  let isClosed = false
  const answer = new CheckAnswer(() => {
    throw new Error('unsent')
  })
  answer.on('close', () => {
    isClosed = true
  })
  expect(() => answer.permit(PERMIT)).toThrow('unsent')
  expect(isClosed).toBe(true)
})
