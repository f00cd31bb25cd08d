import './styles/tokens.css'
import './styles/base.css'
import { mount } from 'svelte'
import {
  createEnvironment,
  handleUncaught,
  goOnWithoutSpace,
  isInsecure,
  leaveKeysToComposition,
  loadNewVersions,
  onStorageExchange,
  readAddress,
  stayWhenFilesAreDropped,
} from './environment.ts'
import { finishRemovals, mayStore, putAccountBack, restoreAccount } from './sync/account.ts'
import { createLaterApi } from './sync/later-api.ts'
import { registerServiceWorker } from './data/updates.ts'
import { sayNotLoaded } from './ui/not-loaded.ts'
import App from './views/app.svelte'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no element with the id "app"')

handleUncaught(sayNotLoaded)
leaveKeysToComposition()
stayWhenFilesAreDropped()
loadNewVersions()
goOnWithoutSpace(mayStore)
onStorageExchange(putAccountBack)
const environment = createEnvironment()
const api = createLaterApi(environment.fetch)

target.textContent = ''
mount(App, { target, props: { environment, api, readAddress, insecure: isInsecure() } })
finishRemovals().catch(environment.onError)
restoreAccount(api).catch(environment.onError)
registerServiceWorker().catch(environment.onError)
