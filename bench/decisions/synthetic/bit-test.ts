import type { Engine } from '../engine.ts'
import { login } from './by-hand/login.ts'
import { createRouter } from './by-hand/route.ts'
import { createTables, PERMITTED } from './by-hand/tables.ts'
import type { Policy } from './draw-policy.ts'
import type { Caller } from './draw-request.ts'

/** The floor under all: the route is known, and all that is left is one bit of the caller. It answers nothing but yes or no. */
export function openBitTest(policy: Policy, callers: readonly Caller[]): Engine {
  const tables = createTables(policy)
  const route = createRouter(policy)
  const sets = callers.map((caller) => bitsOf(login(policy, tables, caller).codes))
  return {
    answer: () => {
      throw new Error('a bit is no answer')
    },
    loop() {
      let found: readonly number[] = []
      let whose: readonly Int32Array[] = []
      return {
        load(asked) {
          found = asked.map(({ request }) => route(request))
          whose = asked.map(({ caller }) => sets[caller] as Int32Array)
        },
        pass() {
          let sum = 0
          for (let at = 0; at < found.length; at += 1) sum += isSet(whose[at] as Int32Array, found[at] as number)
          return sum
        },
      }
    },
  }
}

function bitsOf(codes: Uint8Array): Int32Array {
  const bits = new Int32Array((codes.length + 31) >> 5)
  for (const [route, code] of codes.entries())
    if (code === PERMITTED) bits[route >> 5] = (bits[route >> 5] as number) | (1 << (route & 31))
  return bits
}

function isSet(bits: Int32Array, route: number): number {
  return ((bits[route >> 5] as number) >>> (route & 31)) & 1
}
