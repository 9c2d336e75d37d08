import { describe, expect, test } from 'vitest'
import type { Log } from '../../../base/log.ts'
import { OperatorActions } from './operator-actions.ts'

const errors: string[] = []
const log = { error: (text: string) => void errors.push(text) } as unknown as Log

/** An action that ends when told. */
function held(): { readonly action: () => Promise<string>; end(): void } {
  let end = () => {}
  const ended = new Promise<string>((resolve) => {
    end = () => resolve('done')
  })
  return { action: () => ended, end }
}

/** Returns whether a promise has settled by the next turn of the event loop. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const note = () => {
    settled = true
  }
  promise.then(note, note)
  await new Promise(setImmediate)
  return settled
}

test('without a reload, an action resolves with its result, or rejects with its error', async () => {
  const actions = new OperatorActions(log)
  expect(await actions.perform(async () => 7)).toBe(7)
  await expect(actions.perform(() => Promise.reject(new Error('full')))).rejects.toThrow('full')
})

describe('during a reload', () => {
  test('changes are brought after the actions that began before, and all are answered after that', async () => {
    const actions = new OperatorActions(log)
    const [early, late] = [held(), held()]
    const first = actions.perform(early.action)
    const handOver = actions.handOver()
    const second = actions.perform(late.action)
    late.end()
    expect(await isSettled(second)).toBe(false)
    let brought = 0
    const complete = handOver.complete(async () => {
      brought++
    })
    expect(await isSettled(complete)).toBe(false)
    expect(brought).toBe(0)
    early.end()
    expect(await Promise.all([first, second])).toEqual(['done', 'done'])
    expect(brought).toBe(1)
  })

  test('if the previous configuration stays, actions are answered at once', async () => {
    const actions = new OperatorActions(log)
    const handOver = actions.handOver()
    const acting = actions.perform(async () => 'done')
    expect(await isSettled(acting)).toBe(false)
    handOver.cancel()
    expect(await acting).toBe('done')
  })

  test('a change that cannot be brought is not answered as done, and later ones are', async () => {
    const actions = new OperatorActions(log)
    const handOver = actions.handOver()
    const acting = actions.perform(async () => 'done')
    const refused = expect(acting).rejects.toThrow('does not have the change yet')
    await handOver.complete(() => Promise.reject(new Error('no worker')))
    await refused
    expect(errors).toEqual(['the new configuration lacks changes that operators made during the reload: no worker'])
    expect(await actions.perform(async () => 'later')).toBe('later')
  })

  test('a hand-over that fails during the next one is not forgotten, and does not concern later actions', async () => {
    const actions = new OperatorActions(log)
    const [first, second] = [actions.handOver(), actions.handOver()]
    const acting = actions.perform(async () => 'done')
    const refused = expect(acting).rejects.toThrow('does not have the change yet')
    await second.complete(async () => {})
    expect(await isSettled(acting)).toBe(false)
    await first.complete(() => Promise.reject(new Error('no worker')))
    await refused
    expect(await actions.perform(async () => 'later')).toBe('later')
  })

  test('an action that takes too long is not waited for, and is not answered as done', async () => {
    const actions = new OperatorActions(log, 1)
    const endless = held()
    const acting = actions.perform(endless.action)
    await actions.handOver().complete(async () => {})
    endless.end()
    await expect(acting).rejects.toThrow('does not have the change yet')
  })
})
