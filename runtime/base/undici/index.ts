/**
 * The used parts of undici from its own files: its `index.js` also loads mocks, caches, WebSockets and more, a third of a
 * megabyte per worker. `fetch` is imported on use (`undici/lib/web/fetch/index.js`), as most proxies never need it.
 */
import request from 'undici/lib/api/api-request.js'
import buildConnector from 'undici/lib/core/connect.js'
import errors from 'undici/lib/core/errors.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import Pool from 'undici/lib/dispatcher/pool.js'

// As its `index.js` does.
Dispatcher.prototype.request = request

export { Agent, buildConnector, errors, Pool }
