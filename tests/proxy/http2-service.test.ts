import { test } from 'vitest'
test.todo('a service that does not speak HTTP/2')
