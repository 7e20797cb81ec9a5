// W1–W2: asking.

import type { Texts } from '../texts.ts';

export const ask: Texts['ask'] = {
  title: 'Fachleute fragen',
  lead: (time) =>
    time === null
      ? 'Schildern Sie uns Ihr Anliegen. Hier antwortet jemand vom Fach.'
      : `Schildern Sie uns Ihr Anliegen. Hier antwortet jemand vom Fach, meist innerhalb von ${time}.`,
  nobody: 'Gerade ist niemand online. Fragen Sie trotzdem: Wir schicken Ihnen die Antwort per E-Mail.',
  nothing: 'Hier können im Moment keine Fragen gestellt werden. Bitte kommen Sie später wieder.',
  category: 'Worum geht es?',
  choose: 'Bitte wählen',
  categoryMissing: 'Bitte wählen Sie ein Thema.',
  subject: 'In einem Satz',
  subjectHint: 'Zum Beispiel: Mein Laptop startet nicht.',
  subjectMissing: 'Bitte sagen Sie in einem Satz, worum es geht.',
  details: 'Einzelheiten',
  detailsHint: 'Was ist passiert, was haben Sie versucht, was soll dabei herauskommen?',
  detailsMissing: 'Bitte beschreiben Sie, was passiert ist.',
  worth: 'Eine gute Antwort ist mir wert',
  other: 'Anderer Betrag',
  otherAmount: 'Ihr Betrag',
  worthHint: (stars) =>
    `Der Betrag wird auf Ihrer Karte nur vorgemerkt. Abgebucht wird er erst, wenn Sie die Antwort mit ${stars} Sternen oder mehr bewerten oder eine Leistung buchen.`,
  amountWrong: 'Bitte geben Sie einen Betrag ein.',
  amountLeast: (least) => `Mindestens ${least}.`,
  email: 'E-Mail',
  emailHint: 'Damit Sie die Antwort nicht verpassen. Freiwillig.',
  emailWrong: 'Das ist keine E-Mail-Adresse.',
  fieldWrong: 'Bitte prüfen Sie diese Angabe.',
  payment: 'Zahlung',
  submit: (amount) => `Jetzt fragen · ${amount} vorgemerkt`,
  submitPlain: 'Jetzt fragen',
  posting: 'Ihre Frage wird gestellt …',
  declined: 'Ihre Frage ist noch nicht gestellt. Sie bleibt als Entwurf erhalten.',
};
