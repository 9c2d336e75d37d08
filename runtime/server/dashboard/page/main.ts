import { Api, ApiError, type Failure } from './api.ts'
import { Dashboard, notify } from './dashboard.ts'
import { byId, setText } from './dom.ts'

let dashboard: Dashboard | null = null

async function open(token: string | null): Promise<void> {
  try {
    const api = new Api(token)
    await api.get('/v1/decisions?limit=1')
    notify(null)
    setText('sign-in-error', '')
    byId('sign-in').hidden = true
    for (const id of ['content', 'nav']) byId(id).hidden = false
    byId('sign-out').hidden = token === null
    dashboard = new Dashboard(api, (failure) => close(failure))
    if (token !== null) byId('main').focus()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    close(error.failure)
  }
}

/** Removes everything shown, and the token. */
function close(failure: Failure): void {
  dashboard?.close()
  dashboard = null
  notify(failure.kind === 'away' ? 'The proxy does not respond.' : null)
  for (const id of ['content', 'nav', 'sign-out']) byId(id).hidden = true
  byId('sign-in').hidden = false
  setText('sign-in-error', 'detail' in failure ? failure.detail : '')
  byId<HTMLInputElement>('token').focus()
}

byId('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault()
  const input = byId<HTMLInputElement>('token')
  const token = input.value.trim()
  input.value = ''
  void open(token)
})
byId('sign-out').addEventListener('click', () => close({ kind: 'unknown' }))

// A client certificate may suffice.
void open(null)
