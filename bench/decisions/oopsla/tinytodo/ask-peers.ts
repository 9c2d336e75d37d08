import type { Jobs } from '../../../peers/job.ts'
import type { AskedRequest } from '../../asked-request.ts'
import { graphJobs, type Question } from '../ask-peers.ts'
import type { Entity } from '../entity.ts'
import { APPLICATION } from './draw-entities.ts'

export function jobsOf(
  entities: readonly Entity[],
  users: readonly string[],
  data: object,
  asked: readonly AskedRequest[],
): Jobs {
  const questions = asked.map(({ caller, request: { method, segments } }): Question => {
    const principal = { type: 'User', id: users[caller] as string }
    const [, id, more = ''] = segments
    if (id === undefined) return { principal, action: method === 'POST' ? 'CreateList' : 'GetLists', resource: APPLICATION }
    return { principal, action: ACTIONS[`${method} ${more}`] as string, resource: { type: 'List', id } }
  })
  return graphJobs(entities, questions, CEDAR, { module: REGO, data })
}

const ACTIONS: Readonly<Record<string, string>> = {
  'GET ': 'GetList',
  'PUT ': 'UpdateList',
  'DELETE ': 'DeleteList',
  'PUT shares': 'EditShares',
  'POST tasks': 'CreateTask',
  'PUT tasks': 'UpdateTask',
  'DELETE tasks': 'DeleteTask',
}

const CEDAR = `
permit (principal, action in [Action::"CreateList", Action::"GetLists"], resource == Application::"TinyTodo");

permit (principal, action, resource) when { resource has owner && resource.owner == principal };

permit (principal, action == Action::"GetList", resource) when {
  principal in resource.readers || principal in resource.editors
};

permit (
  principal,
  action in [Action::"UpdateList", Action::"CreateTask", Action::"UpdateTask", Action::"DeleteTask"],
  resource
) when { principal in resource.editors };
`

/** Over the data that our own policy has. */
const REGO = `package bench

default allow := false

list := data.lists[input.resource]

above := graph.reachable(data.teams, [input.principal])

allow if input.action in {"CreateList", "GetLists"}

allow if list.owner == input.principal

allow if {
  input.action == "GetList"
  list.readers in above
}

allow if {
  input.action in {"GetList", "UpdateList", "CreateTask", "UpdateTask", "DeleteTask"}
  list.editors in above
}
`
