import { registerShell } from './service-worker/register.ts';

registerShell({ onUpdateReady: (apply) => apply() });
document.querySelector('#root')?.append('Fieldfare kiosk');
