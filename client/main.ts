import './styles/tokens.css'
import './styles/base.css'
import { mount } from 'svelte'
import { browserAddress, createEnvironment } from './environment.ts'
import { createApi } from './sync/api.ts'
import App from './views/app.svelte'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no element with the id "app"')

const environment = createEnvironment()
mount(App, { target, props: { environment, api: createApi(environment.fetch), address: browserAddress } })
