export const HOST = 'github.example'

export const POLICY = `identity user via jwt { sub: string }

/// Whoever is within one of these names may do what it says.
type Owned = { readers: string, writers: string, admins: string }
type Repository = { owner: string, readers: string, triagers: string, writers: string, maintainers: string, admins: string }
data organizations: map<string, Owned>
data repositories:  map<string, Repository>

/// Users, teams and organizations → what they belong to, and what they are granted.
data members: hierarchy

service github at "${HOST}" {
  route read     GET    "/repos/{name}"
  route triage   POST   "/repos/{name}/labels"
  route write    POST   "/repos/{name}/commits"
  route maintain PATCH  "/repos/{name}"
  route admin    DELETE "/repos/{name}"
}

permit readers
  on   github.read
  to   user
  when params.name in repositories && members.within(caller.sub, repositories[params.name].readers)

permit triagers
  on   github.read, github.triage
  to   user
  when params.name in repositories && members.within(caller.sub, repositories[params.name].triagers)

permit writers
  on   github.read, github.triage, github.write
  to   user
  when params.name in repositories && members.within(caller.sub, repositories[params.name].writers)

permit maintainers
  on   github.read, github.triage, github.write, github.maintain
  to   user
  when params.name in repositories && members.within(caller.sub, repositories[params.name].maintainers)

permit admins
  on   github.*
  to   user
  when params.name in repositories && members.within(caller.sub, repositories[params.name].admins)

permit readers_of_owner
  on   github.read
  to   user
  when params.name in repositories && repositories[params.name].owner in organizations
  when members.within(caller.sub, organizations[repositories[params.name].owner].readers)

permit writers_of_owner
  on   github.read, github.triage, github.write
  to   user
  when params.name in repositories && repositories[params.name].owner in organizations
  when members.within(caller.sub, organizations[repositories[params.name].owner].writers)

permit admins_of_owner
  on   github.*
  to   user
  when params.name in repositories && repositories[params.name].owner in organizations
  when members.within(caller.sub, organizations[repositories[params.name].owner].admins)
`
