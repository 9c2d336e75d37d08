export const HOST = 'drive.example'

export const POLICY = `identity user via jwt { sub: string }

/// The view that shows somebody what was shared with them, and what they own.
type Person = { view: string, owned_documents: set<string>, owned_folders: set<string> }
data people: map<string, Person>

/// Documents and folders → the folders that they lie in and the views that show them; the view of a group → those of its members.
data files: hierarchy

data public_documents: set<string>

service drive at "${HOST}" {
  route read            GET  "/documents/{id}"
  route write           PUT  "/documents/{id}"
  route share           POST "/documents/{id}/shares"
  route change_owner    PUT  "/documents/{id}/owner"
  route create_document POST "/folders/{id}/documents"
}

permit whom_it_is_shown_to
  on   drive.read
  to   user
  when caller.sub in people && files.within(params.id, people[caller.sub].view)

permit anyone_if_public
  on   drive.read
  to   user
  when params.id in public_documents

permit owner
  on   drive.read, drive.write, drive.share
  to   user
  when caller.sub in people
  when
    params.id in people[caller.sub].owned_documents
    || people[caller.sub].owned_folders.exists(folder, files.within(params.id, folder))

permit owner_hands_over
  on   drive.change_owner
  to   user
  when caller.sub in people && params.id in people[caller.sub].owned_documents

permit owner_creates
  on   drive.create_document
  to   user
  when caller.sub in people && params.id in people[caller.sub].owned_folders
`
