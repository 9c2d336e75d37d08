export { dashboardFile, dashboardHeaders } from './dashboard-file.ts'
