// E10: how requests make themselves known here, who one is, and which e-mails come.

import { useEffect } from 'preact/hooks';
import { useConsole, useTexts } from '../console.ts';
import { Alerts } from './alerts.tsx';
import { Mails } from './mails.tsx';
import { Profile } from './profile.tsx';

export function SettingsView() {
  const { title } = useConsole();
  const { settings } = useTexts();
  useEffect(() => {
    title.value = settings.title;
  }, [settings]);
  return (
    <div class="main-body settings">
      <h1 tabIndex={-1}>{settings.title}</h1>
      <Alerts />
      <Profile />
      <Mails />
    </div>
  );
}
