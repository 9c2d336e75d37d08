import type { Jobs } from '../../../peers/job.ts'
import type { AskedRequest } from '../../asked-request.ts'
import { graphJobs, type Question } from '../ask-peers.ts'
import type { Entity } from '../entity.ts'

export function jobsOf(
  entities: readonly Entity[],
  users: readonly string[],
  data: object,
  asked: readonly AskedRequest[],
): Jobs {
  const questions = asked.map(({ caller, request: { method, segments } }): Question => {
    const [kind, id = '', more] = segments
    const principal = { type: 'User', id: users[caller] as string }
    if (kind === 'folders') return { principal, action: 'createDocument', resource: { type: 'Folder', id } }
    const action = more === 'shares' ? 'share' : more === 'owner' ? 'changeOwner' : method === 'PUT' ? 'write' : 'read'
    return { principal, action, resource: { type: 'Document', id } }
  })
  return graphJobs(entities, questions, CEDAR, { module: REGO, data })
}

const CEDAR = `
permit (principal, action == Action::"read", resource) when {
  resource.isPublic || resource in principal.documentsAndFoldersWithViewAccess
};

permit (principal, action in [Action::"read", Action::"write", Action::"share"], resource) when {
  resource in principal.ownedDocuments || resource in principal.ownedFolders
};

permit (principal, action == Action::"changeOwner", resource) when { principal.ownedDocuments.contains(resource) };

permit (principal, action == Action::"createDocument", resource) when { principal.ownedFolders.contains(resource) };
`

/** Over the data that our own policy has. */
const REGO = `package bench

default allow := false

person := data.people[input.principal]

above := graph.reachable(data.files, [input.resource])

allow if {
  input.action == "read"
  input.resource in data.public_documents
}

allow if {
  input.action == "read"
  person.view in above
}

allow if {
  input.action in {"read", "write", "share", "changeOwner"}
  input.resource in person.owned_documents
}

allow if {
  input.action in {"read", "write", "share"}
  some folder in person.owned_folders
  folder in above
}

allow if {
  input.action == "createDocument"
  input.resource in person.owned_folders
}
`
