import type { Jobs } from '../../../peers/job.ts'
import type { AskedRequest } from '../../asked-request.ts'
import { graphJobs, type Question } from '../ask-peers.ts'
import { type Entity, hierarchyOf } from '../entity.ts'

export function jobsOf(
  entities: readonly Entity[],
  users: readonly string[],
  data: object,
  asked: readonly AskedRequest[],
): Jobs {
  const questions = asked.map(({ caller, request: { method, segments } }): Question => {
    const [, id = '', more] = segments
    const action = more === 'labels' ? 'triage' : more === 'commits' ? 'write' : (ACTIONS[method] ?? 'read')
    return { principal: { type: 'User', id: users[caller] as string }, action, resource: { type: 'Repository', id } }
  })
  // What has no entry in a graph OPA does not reach.
  const members = hierarchyOf(entities, ['User', 'Team', 'Organization', 'RepoPermission', 'OrgPermission'])
  return graphJobs(entities, questions, CEDAR, { module: REGO, data: { ...data, members } })
}

const ACTIONS: Readonly<Record<string, string>> = { PATCH: 'maintain', DELETE: 'admin' }

const CEDAR = `
permit (principal, action == Action::"read", resource) when {
  principal in resource.readers || principal in resource.owner.readers
};

permit (principal, action in [Action::"read", Action::"triage"], resource) when { principal in resource.triagers };

permit (principal, action in [Action::"read", Action::"triage", Action::"write"], resource) when {
  principal in resource.writers || principal in resource.owner.writers
};

permit (principal, action in [Action::"read", Action::"triage", Action::"write", Action::"maintain"], resource) when {
  principal in resource.maintainers
};

permit (principal, action, resource) when { principal in resource.admins || principal in resource.owner.admins };
`

/** Over the data that our own policy has. */
const REGO = `package bench

default allow := false

repository := data.repositories[input.resource]

organization := data.organizations[repository.owner]

above := graph.reachable(data.members, [input.principal])

grants := {
  "read": ["readers", "triagers", "writers", "maintainers", "admins"],
  "triage": ["triagers", "writers", "maintainers", "admins"],
  "write": ["writers", "maintainers", "admins"],
  "maintain": ["maintainers", "admins"],
  "admin": ["admins"],
}

grants_of_owner := {
  "read": ["readers", "writers", "admins"],
  "triage": ["writers", "admins"],
  "write": ["writers", "admins"],
  "maintain": ["admins"],
  "admin": ["admins"],
}

allow if {
  some grant in grants[input.action]
  repository[grant] in above
}

allow if {
  some grant in grants_of_owner[input.action]
  organization[grant] in above
}
`
