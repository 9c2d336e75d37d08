import { isoTime } from '../../base/units.ts'
import type { Revocation, Revoked } from '../../identity/revocation/index.ts'
import { type Action, actionRecord } from '../../telemetry/audit/index.ts'
import type { AdminAnswer, AdminCall, AdminDeps } from './admin-call.ts'
import { type AdminProblem, problem } from './problem.ts'
import type { Members } from './read-json-body.ts'
import { wantedRevocation } from './wanted-revocation.ts'
import { whileRecorded } from './while-recorded.ts'

export async function revoke({ caller, source, deps }: AdminCall, body: Members): Promise<AdminAnswer | AdminProblem> {
  const { clock, identities, keeper, ended } = deps
  const wanted = wantedRevocation(body, { identities: identities(), by: caller.by, now: clock() })
  if (typeof wanted === 'string') return problem(400, 'malformed', wanted)
  return await recorded(deps, async (note) => {
    // Resets the count of ended requests.
    await ended()
    if ((await keeper().add([wanted], null, 'operator')) === 'full')
      return problem(
        503,
        'full',
        'the limit of revocations is reached: lift some, or disable the accounts at the identity provider',
      )
    const streams = await ended()
    note({ action: 'revoke', by: caller.by, source, ended: streams }, wanted)
    const location = `/v1/revocations/${wanted.id}`
    return { status: 201, body: { ...shown(wanted), ended: { streams } }, headers: { location } }
  })
}

export async function listRevocations({ deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const { list, hears } = deps.keeper().standing()
  if (!hears) return unavailable()
  return { status: 200, body: { revocations: list.toSorted((a, b) => b.made - a.made).map(shown) } }
}

export async function restore({ caller, source, deps }: AdminCall, id: string): Promise<AdminAnswer | AdminProblem> {
  return await recorded(deps, async (note) => {
    const found = await deps.keeper().remove(id)
    if (found === null)
      return problem(404, 'not-found', 'no revocation has this id, or it has ended: list the active ones with `GET`')
    note({ action: 'restore', by: caller.by, source, ended: null }, found)
    return { status: 204 }
  })
}

type Note = (action: Action, revocation: Revocation) => void

async function recorded(
  deps: AdminDeps,
  act: (note: Note) => Promise<AdminAnswer | AdminProblem>,
): Promise<AdminAnswer | AdminProblem> {
  const { log, clock } = deps
  return await whileRecorded(deps, (audit) =>
    act((action, revocation) => {
      audit.note(actionRecord(action, revocation, clock()))
      const { id, what, reason } = revocation
      const done = action.action === 'revoke' ? 'a revocation was added' : 'a revocation was lifted'
      log.info(done, { by: action.by, id, kind: what.kind, reason, ...(action.ended !== null && { ended: action.ended }) })
    }),
  )
}

function unavailable(): AdminProblem {
  return problem(503, 'unavailable', 'revocations cannot be read or changed now: try again; the log of the proxy says why', {
    'retry-after': '1',
  })
}

/** Formats a revocation in the terms of the request. */
function shown({ id, what, before, until, reason, by, made }: Revocation): object {
  const times = { before: before === null ? null : isoTime(before), until: isoTime(until) }
  return { id, ...shownWhat(what), ...times, reason, by, made: isoTime(made) }
}

function shownWhat(what: Revoked): object {
  switch (what.kind) {
    case 'subject':
      return { subject: { identity: what.identity, sub: what.subject } }
    case 'session':
      return { session: what.id }
    case 'credential':
      return { credential: what.id }
    case 'identity':
      return { identity: what.identity }
    case 'provider-session':
      return { providerSession: { identity: what.identity, sid: what.sid, sub: what.subject } }
  }
}
