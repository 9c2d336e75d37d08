import { expect, it } from 'vitest'
import { helpers } from '../helpers.ts'
import { HELPERS, IN_FORMS } from './helpers.ts'

/** What validators alone are given: one makes regular expressions that can take for ever. */
const FOR_VALIDATORS = 'distinctJson formats pattern sameJson takeStep withinSteps'.split(' ')
/** What no version of the compiler emits any more, or ever did. */
const NOT_EMITTED =
  'durationHours durationMinutes durationSeconds intOf mapOf matches nanosecondsOf quotient remainder secondsOf'.split(' ')

it('has every helper but those that emitted code does not call', () => {
  const named = [...HELPERS.keys(), ...IN_FORMS]
  expect(named.filter((name) => !Object.hasOwn(helpers, name))).toEqual([])
  const others = Object.keys(helpers).filter((name) => !named.includes(name))
  expect(others.filter((name) => !FOR_VALIDATORS.includes(name) && !NOT_EMITTED.includes(name))).toEqual([])
  expect(named.filter((name) => FOR_VALIDATORS.includes(name) || NOT_EMITTED.includes(name))).toEqual([])
})
