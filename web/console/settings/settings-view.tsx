// E10: how requests make themselves known here, who one is, which e-mails come, what one keeps, and the password.

import { useEffect } from 'preact/hooks';
import { useConsole, useTexts } from '../console.ts';
import { useHeading } from '../heading.ts';
import { Alerts } from './alerts.tsx';
import { Mails } from './mails.tsx';
import { OwnTemplates } from './own-templates.tsx';
import { Password } from './password.tsx';
import { Profile } from './profile.tsx';
import { Services } from './services.tsx';

export function SettingsView() {
  const { title } = useConsole();
  const { settings } = useTexts();
  const heading = useHeading();
  useEffect(() => {
    title.value = settings.title;
  }, [settings]);
  return (
    <div class="main-body settings">
      <h1 tabIndex={-1} ref={heading}>
        {settings.title}
      </h1>
      <Alerts />
      <Profile />
      <Mails />
      <Services />
      <OwnTemplates />
      <Password />
    </div>
  );
}
