import { expect, test } from 'vitest'
import { awaitedOf, outcomeOf } from './outcome-of.ts'
import type { CandidateReply, LastReply, RolloutReply } from './rollout-reply.ts'

const reply = (some: Partial<RolloutReply> = {}) =>
  ({ active: { revision: 'a' }, quarantined: null, lastError: null, candidate: null, last: null, ...some }) as RolloutReply
const candidate = (revision: string, waits: CandidateReply['waits'] = 'time') => ({ revision, waits }) as CandidateReply
const last = (revision: string, outcome: LastReply['outcome']) => ({ revision, outcome }) as LastReply
const error = (at: string) => ({ code: 'sequence', message: 'lower', at })
const active = (revision: string) => ({ revision }) as RolloutReply['active']

test.each<[string, RolloutReply, string | null, RolloutReply, string]>([
  [
    'the candidate goes on',
    reply({ candidate: candidate('b') }),
    null,
    reply({ candidate: candidate('b', 'requests') }),
    'under-way',
  ],
  ['it decides', reply({ candidate: candidate('b') }), null, reply({ active: active('b'), last: last('b', 'promoted') }), 'well'],
  ['it has passed all steps', reply({ candidate: candidate('b') }), null, reply({ candidate: candidate('b', 'asked') }), 'well'],
  [
    'it is not promoted, and that does not pass',
    reply({ candidate: candidate('b') }),
    null,
    reply({ candidate: candidate('b', 'refused') }),
    'not',
  ],
  [
    'it is gone back from',
    reply({ candidate: candidate('b') }),
    null,
    reply({ quarantined: 'b', last: last('b', 'rolled-back') }),
    'not',
  ],
  ['another one has come in its place', reply({ candidate: candidate('b') }), null, reply({ candidate: candidate('c') }), 'not'],
  [
    'another one was promoted',
    reply({ candidate: candidate('b') }),
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
  ['there is no candidate, and the last one was promoted', reply(), null, reply({ last: last('a', 'promoted') }), 'well'],
  ['there is no candidate, and the source has something else', reply(), null, reply({ lastError: error('1') }), 'not'],
  ['there is no candidate, and the last one has ended', reply(), null, reply({ last: last('b', 'ended') }), 'not'],
])('%s', (_, first, named, now, expected) => {
  expect(outcomeOf(now, awaitedOf(first, named))).toBe(expected)
})
