import './styles/tokens.css'
import './styles/base.css'
import './styles/preview.css'
import { mount } from 'svelte'
import {
  createEnvironment,
  handleUncaught,
  goOnWithoutSpace,
  leaveKeysToComposition,
  loadNewVersions,
  stayWhenFilesAreDropped,
} from './environment.ts'
import { registerServiceWorker } from './data/updates.ts'
import { sayNotLoaded } from './ui/not-loaded.ts'
import { findPreview } from './ui/preview.ts'
import StudentApp from './views/student/student-app.svelte'

/*
 * The page of students and of the projector: a document of its own, which opens none of what an
 * account's app keeps, whoever is signed in beside it. For /api it asks once where only a group's members may ask and
 * this device lacks what its account's app fetches for them: see sync/classroom/refill-tokens.ts.
 */
const target = document.getElementById('app')
if (target === null) throw new Error('q.html has no element with the id "app"')

handleUncaught(sayNotLoaded)
leaveKeysToComposition()
stayWhenFilesAreDropped()
loadNewVersions()
goOnWithoutSpace()
const environment = createEnvironment()
// What stands behind the # is sent to no server: the issuer's key, and which question is open.
const readAddress = () => location.pathname + location.hash

const preview = findPreview()
if (preview === null) begin(target)
// What can be read already is painted first.
else setTimeout(begin, 0, target)

function begin(target: HTMLElement): void {
  target.textContent = ''
  mount(StudentApp, { target, props: { environment, readAddress, preview } })
  register().catch(environment.onError)
}

/** All that is kept for being offline comes after what is looked at. */
async function register(): Promise<void> {
  await preview?.ended
  await registerServiceWorker()
}
