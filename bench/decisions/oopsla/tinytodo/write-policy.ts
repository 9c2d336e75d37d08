export const HOST = 'todo.example'

export const POLICY = `identity user via jwt { sub: string }

type List = { owner: string, readers: string, editors: string }
data lists: map<string, List>

/// Users and teams → the teams that they are in.
data teams: hierarchy

service todo at "${HOST}" {
  route create_list POST   "/lists"
  route get_lists   GET    "/lists"
  route get_list    GET    "/lists/{list}"
  route update_list PUT    "/lists/{list}"
  route delete_list DELETE "/lists/{list}"
  route edit_shares PUT    "/lists/{list}/shares"
  route create_task POST   "/lists/{list}/tasks"
  route update_task PUT    "/lists/{list}/tasks/{task}"
  route delete_task DELETE "/lists/{list}/tasks/{task}"
}

permit anyone_creates
  on todo.create_list, todo.get_lists
  to user

permit owner
  on   todo.* except todo.create_list, todo.get_lists
  to   user
  when params.list in lists && lists[params.list].owner == caller.sub

permit readers
  on   todo.get_list
  to   user
  when params.list in lists
  when teams.within(caller.sub, lists[params.list].readers) || teams.within(caller.sub, lists[params.list].editors)

permit editors
  on   todo.update_list, todo.create_task, todo.update_task, todo.delete_task
  to   user
  when params.list in lists && teams.within(caller.sub, lists[params.list].editors)
`
