import { expect, test } from 'vitest'
import { awaitedOf, outcomeOf } from './outcome-of.ts'
import type { LastReply, RolloutReply, TrialReply } from './rollout-reply.ts'

const reply = (some: Partial<RolloutReply> = {}) =>
  ({ active: { revision: 'a' }, held: null, lastError: null, trial: null, last: null, ...some }) as RolloutReply
const trial = (revision: string, waits: TrialReply['waits'] = 'time') => ({ revision, waits }) as TrialReply
const last = (revision: string, outcome: LastReply['outcome']) => ({ revision, outcome }) as LastReply
const error = (at: string) => ({ code: 'sequence', message: 'lower', at })
const active = (revision: string) => ({ revision }) as RolloutReply['active']

test.each<[string, RolloutReply, string | null, RolloutReply, string]>([
  ['the one on trial goes on', reply({ trial: trial('b') }), null, reply({ trial: trial('b', 'requests') }), 'under-way'],
  ['it decides', reply({ trial: trial('b') }), null, reply({ active: active('b'), last: last('b', 'promoted') }), 'well'],
  ['it has passed all steps', reply({ trial: trial('b') }), null, reply({ trial: trial('b', 'asked') }), 'well'],
  [
    'it is not promoted, and that does not pass',
    reply({ trial: trial('b') }),
    null,
    reply({ trial: trial('b', 'refused') }),
    'not',
  ],
  ['it is gone back from', reply({ trial: trial('b') }), null, reply({ held: 'b', last: last('b', 'rolled-back') }), 'not'],
  ['another one has come in its place', reply({ trial: trial('b') }), null, reply({ trial: trial('c') }), 'not'],
  [
    'another one was promoted',
    reply({ trial: trial('b') }),
    null,
    reply({ active: active('c'), last: last('c', 'promoted') }),
    'not',
  ],
  ['it was promoted, and gone back from since', reply(), 'b', reply({ last: last('b', 'promoted') }), 'not'],
  [
    'one that is named is not there yet, and the last one was well',
    reply(),
    'c',
    reply({ last: last('b', 'promoted') }),
    'unseen',
  ],
  [
    'the same, where something was refused before',
    reply({ lastError: error('1') }),
    'c',
    reply({ lastError: error('1') }),
    'unseen',
  ],
  ['one that is named is refused', reply({ lastError: error('1') }), 'c', reply({ lastError: error('2') }), 'not'],
  ['one that is named decides already', reply({ active: active('c') }), 'c', reply({ active: active('c') }), 'well'],
  ['nothing is on trial, and the last one was promoted', reply(), null, reply({ last: last('a', 'promoted') }), 'well'],
  ['nothing is on trial, and the source has something else', reply(), null, reply({ lastError: error('1') }), 'not'],
  ['nothing is on trial, and the last one has ended', reply(), null, reply({ last: last('b', 'ended') }), 'not'],
])('%s', (_, first, named, now, expected) => {
  expect(outcomeOf(now, awaitedOf(first, named))).toBe(expected)
})
