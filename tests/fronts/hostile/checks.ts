import { setTimeout as sleep } from 'node:timers/promises'

/** A check whose decision does not depend on anything else. Its path is unique, so that it is found among the records. */
export interface Check {
  readonly path: string
  readonly method: string
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly expected: string
}

/** The policy of these tests. `turn` is the name that `turns` permits. */
export const policyAt = (turn: string) => `
identity user via jwt { sub: string, groups: set<string> }

service app at "app.test" {
  route open   ANY  "/open/{rest...}"
  route shut   ANY  "/shut/{rest...}"
  route users  ANY  "/users/{rest...}"
  route tenant ANY  "/tenant/{rest...}"
  route order  POST "/orders/{rest...}" body { amount: int }
  route turns  ANY  "/turns/{turn}/{rest...}"
}

permit open_to_all on app.open, app.tenant to anyone
permit users_in on app.users to user
permit small on app.order to anyone when body.amount < 100
permit in_turn on app.turns to anyone when params.turn == "${turn}"

forbid evil on app.tenant
  when "x-tenant" in request.headers && request.headers["x-tenant"] == "evil"
`

type Kind = Omit<Check, 'path'> & { readonly route: string }

const plain = (route: string, expected: string, lines: Check['lines'] = []): Kind => ({
  ...{ route, expected, lines, method: 'GET', body: '' },
})

const order = (amount: number, expected: string): Kind => ({
  ...plain('orders', expected, [['content-type', 'application/json']]),
  method: 'POST',
  body: JSON.stringify({ amount }),
})

const KINDS: readonly Kind[] = [
  plain('open', 'permitted'),
  plain('shut', '403 denied'),
  plain('users', '401 unauthenticated'),
  plain('users', '401 token-malformed', [['authorization', 'Bearer a.b.c']]),
  plain('tenant', 'permitted', [['x-tenant', 'good']]),
  plain('tenant', '403 denied', [['x-tenant', 'evil']]),
  order(1, 'permitted'),
  order(1000, '403 denied'),
]

let number = 0

/** Returns a check of the next kind. */
export function nextCheck(): Check {
  const { route, ...kind } = KINDS[number % KINDS.length] as Kind
  number++
  return { ...kind, path: `/${route}/${number}` }
}

/** Returns a check that fits at any time and place. */
export function permitted(path = `/open/${++number}`): Check {
  return { ...plain('', 'permitted'), path }
}

/** What became of checks. */
export class Tally {
  /** Outcomes that are not the expected one, with their checks. */
  readonly wrong: string[] = []
  /** Paths of the checks that were answered. */
  readonly answered = new Set<string>()
  readonly outcomes = new Map<string, number>()

  note({ path, expected }: Check, outcome: string, isAllowed = false): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    if (outcome === expected) this.answered.add(path)
    else if (!isAllowed || outcome === 'permitted') this.wrong.push(`${path}: ${outcome} instead of ${expected}`)
  }
}

export interface Asker {
  /** Returns `permitted`, a status with a code, `shed`, or how the check failed. */
  ask(check: Check): Promise<string>
  close(): void
}

export interface Load {
  readonly tally: Tally
  /** Resolves when so many more checks were answered as expected. */
  more(count: number): Promise<void>
  stop(): Promise<Tally>
}

/** Asks one check after the other with each asker. `isAllowed`: which other outcomes than the expected one may be. */
export function startLoad(askers: readonly Asker[], isAllowed: (outcome: string) => boolean = () => false): Load {
  const tally = new Tally()
  let isOver = false
  const all = Promise.all(
    askers.map(async (asker) => {
      while (!isOver) {
        const check = nextCheck()
        const outcome = await asker.ask(check)
        tally.note(check, outcome, isAllowed(outcome))
        await sleep(PAUSE)
      }
      asker.close()
    }),
  )
  return {
    tally,
    async more(count) {
      const goal = tally.answered.size + count
      for (const end = performance.now() + PATIENCE; tally.answered.size < goal; await sleep(10))
        if (performance.now() > end) throw new Error(`too few answers: ${JSON.stringify([...tally.outcomes])}`)
    },
    async stop() {
      isOver = true
      await all
      return tally
    },
  }
}

const PATIENCE = 60_000

/** Milliseconds between two checks of an asker: the processor is for the proxy that it waits for. */
const PAUSE = process.env.IAP_FULL === '1' ? 2 : 50
