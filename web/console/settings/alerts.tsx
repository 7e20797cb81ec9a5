// E5, E10: by what a request that is kept for the expert makes itself known. Each can be muted.

import { useSignal } from '@preact/signals';
import { Button } from '../../kit/basics.tsx';
import { Switch } from '../../kit/switch.tsx';
import { useConsole, useTexts } from '../console.ts';
import { canNotify } from '../requests/alerts.ts';

export function Alerts() {
  const { prefs } = useConsole();
  const { settings } = useTexts();
  return (
    <section class="card" aria-labelledby="alerts">
      <h2 id="alerts">{settings.alerts}</h2>
      <p class="hint">{settings.alertsHint}</p>
      <Switch label={settings.sound} isOn={prefs.isOn('sound')} onSwitch={(isOn) => prefs.turn('sound', isOn)} />
      <Switch label={settings.pageTitle} isOn={prefs.isOn('title')} onSwitch={(isOn) => prefs.turn('title', isOn)} />
      <Desktop />
    </section>
  );
}

/** The browser has to be asked, and may have been told never. */
function Desktop() {
  const { prefs } = useConsole();
  const { settings } = useTexts();
  const permission = useSignal(canNotify() ? Notification.permission : null);
  const allow = async () => {
    permission.value = await Notification.requestPermission();
    if (permission.value === 'granted') prefs.turn('desktop', true);
  };
  if (permission.value === 'granted') {
    return (
      <Switch
        label={settings.desktop}
        hint={settings.desktopHint}
        isOn={prefs.isOn('desktop')}
        onSwitch={(isOn) => prefs.turn('desktop', isOn)}
      />
    );
  }
  return (
    <div class="stack">
      <strong>{settings.desktop}</strong>
      {permission.value === 'default' ? (
        <div>
          <Button onPress={() => void allow()}>{settings.allow}</Button>
        </div>
      ) : (
        <p class="hint" role="status">
          {permission.value === null ? settings.unsupported : settings.denied}
        </p>
      )}
    </div>
  );
}
