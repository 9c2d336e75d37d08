import { expect, test } from 'vitest'
import { runChecks } from './run-checks.ts'

test('results keep the order of the checks, those before a failure and before the end of the time too', async () => {
  const hanging = new Promise<void>(() => {})
  const found = await runChecks(
    [
      {
        name: 'redis',
        place: 'a',
        run(report) {
          report('ok', 'one', { check: 'clock', place: 'b' })
          return hanging
        },
      },
      { name: 'service', place: 'c', run: async (report) => report('warning', 'two', { advice: 'change it' }) },
      {
        name: 'listener',
        place: 'd',
        async run(report) {
          report('ok', 'three')
          throw new Error('a mistake')
        },
      },
    ],
    10,
  )
  expect(found.map(({ check, place, result, message, advice }) => [check, place, result, message, advice])).toEqual([
    ['clock', 'b', 'ok', 'one', null],
    ['redis', 'a', 'problem', 'the check did not finish within 10 ms', expect.stringContaining('`--timeout`')],
    ['service', 'c', 'warning', 'two', 'change it'],
    ['listener', 'd', 'ok', 'three', null],
    ['listener', 'd', 'problem', 'the check failed: a mistake', expect.any(String)],
  ])
})

test('what a check reports after the end of its time does not count', async () => {
  let late = () => {}
  const found = await runChecks(
    [
      {
        name: 'redis',
        place: 'a',
        run: (report) =>
          new Promise(() => {
            late = () => report('ok', 'late')
          }),
      },
    ],
    1,
  )
  late()
  expect(found).toHaveLength(1)
})
