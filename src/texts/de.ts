// German: „Sie“, and the words of the pages in web/ (Anfrage, Unterhaltung, Kundendienst, Expertendienst). Names of services
// stand in quotation marks, so that none of them has to be declined.

import type { Texts } from './shape.ts';

/** 9.1, 9.2: where contact data belongs. */
const BOX =
  'Bitte geben Sie in der Unterhaltung keine Kontaktdaten weiter: Sobald ein Premium-Dienst angenommen wurde, gehören sie in das Feld für private Angaben.';

export const de: Texts = {
  errors: {
    'auth.required': 'Bitte melden Sie sich zuerst an.',
    'auth.forbidden': 'Ihr Konto ist dazu nicht berechtigt.',
    'input.invalid': 'An Ihren Eingaben stimmt etwas nicht. Bitte prüfen Sie sie.',
    'input.bad_signature': 'Die Signatur dieser Mitteilung ist nicht gültig.',
    not_found: 'Das konnten wir nicht finden.',
    'rate.limited': 'Das war zu viel auf einmal. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.',
    'conflict.stale': 'Hier hat sich inzwischen etwas geändert. Bitte sehen Sie es sich noch einmal an.',
    'conflict.draft': 'Diese Frage ist noch nicht gestellt: Ihre Bezahlung steht noch aus.',
    'conflict.closed': 'Diese Frage ist geschlossen. Bitte stellen Sie für ein neues Anliegen eine neue Frage.',
    'conflict.claimed': 'Ein anderer Experte bearbeitet diese Frage gerade.',
    'conflict.not_claimed': 'Sie haben diese Frage gerade nicht übernommen. Bitte übernehmen Sie sie zuerst.',
    'conflict.not_answered': 'Sie können bewerten, sobald der Experte die Antwort als vollständig gekennzeichnet hat.',
    'conflict.rating_lowered': 'Eine Bewertung kann angehoben, aber nicht gesenkt werden.',
    'conflict.not_offered': 'Dieses Angebot ist nicht mehr verfügbar.',
    'conflict.offer_open':
      'In dieser Unterhaltung gibt es bereits ein offenes Angebot. Bitte warten Sie die Antwort ab oder ziehen Sie es zuerst zurück.',
    'conflict.not_reserved': 'Diese Anfrage ist nicht mehr für Sie reserviert.',
    'conflict.not_open': 'Diese Anfrage ist jetzt nicht offen.',
    'conflict.not_accepted': 'Dieser Dienst wurde nicht angenommen, oder sein Bericht liegt bereits vor.',
    'conflict.already_accepted': 'Diese Anfrage wurde bereits von einem anderen Experten angenommen.',
    'conflict.expired': 'Diese Anfrage ist abgelaufen.',
    'conflict.report_overdue': 'Die Frist für den Bericht ist vorbei. Bitte wenden Sie sich an den Expertendienst.',
    'conflict.payment_pending': 'Eine Zahlung wird noch verarbeitet. Bitte warten Sie einen Moment.',
    'conflict.not_captured':
      'Hier gibt es nichts zu erstatten: Es wurde nichts abgebucht, oder die Abbuchung besteht nicht mehr.',
    'conflict.case_open': 'Darum wurde bereits gebeten. Der Kundendienst kümmert sich darum.',
    'conflict.case_resolved': 'Dieser Fall ist bereits gelöst.',
    'conflict.email_taken': 'Es gibt bereits ein Konto mit dieser E-Mail-Adresse.',
    'conflict.last_admin': 'Das ist der letzte aktive Admin: Jemand muss die anderen hereinlassen können.',
    'conflict.too_many_sockets':
      'Sie sind zu oft gleichzeitig verbunden. Bitte schließen Sie ein anderes Fenster und versuchen Sie es dann noch einmal.',
    'payment.failed':
      'Die Zahlung ist fehlgeschlagen. Bitte prüfen Sie Ihr Zahlungsmittel oder verwenden Sie ein anderes.',
    'policy.personal_data':
      'Ihre Nachricht enthält anscheinend Kontaktdaten. Bitte lassen Sie diese weg: Sobald ein Premium-Dienst angenommen wurde, gehören sie in das Feld für private Angaben.',
    'policy.attempts_missing':
      'Bitte tragen Sie zuerst ein, wie Sie versucht haben, den Kunden zu erreichen: Es sind noch nicht genügend Versuche.',
    'policy.offer_too_early':
      'Ein Premium-Dienst kann erst kurze Zeit nach der zweiten Antwort des Kunden angeboten werden.',
    'policy.price_limits': 'Dieser Preis liegt außerhalb der Grenzen der Kategorie.',
    unavailable: 'Der Dienst ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.',
    internal: 'Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.',
  },

  notices: {
    'question.answered':
      'Ihre Frage „{subject}“ wurde beantwortet. Sie können weiterhin nachfragen; bitte bewerten Sie die Antwort danach.',
    'question.claim_lapsed':
      'Ihre Zeit für die Antwort auf „{subject}“ ist abgelaufen. Die Frage steht wieder allen Experten offen; Sie können sie erneut übernehmen.',
    'question.closed': 'Die Frage „{subject}“ wurde geschlossen.',
    'question.payment_failed':
      'Die Zahlung für Ihre Frage „{subject}“ ist fehlgeschlagen. Bitte aktualisieren Sie Ihr Zahlungsmittel.',
    'offer.proposed': 'Ihr Experte bietet Ihnen einen Premium-Dienst für {money} an: „{service}“.',
    'offer.declined': 'Der Kunde hat Ihr Angebot „{service}“ abgelehnt. Die schriftliche Unterhaltung geht weiter.',
    'offer.accepted': 'Der Kunde hat Ihr Angebot „{service}“ angenommen. Sie haben {money} verdient.',
    'offer.charged':
      'Vielen Dank, dass Sie „{service}“ angenommen haben. Ihr Zahlungsmittel wurde mit {money} belastet.',
    'offer.payment_failed':
      'Die Zahlung von {money} für „{service}“ ist fehlgeschlagen. Bitte aktualisieren Sie Ihr Zahlungsmittel und nehmen Sie das Angebot noch einmal an.',
    'offer.unable':
      'Ihr Experte kann „{service}“ nicht zu Ende führen. Der Grund: „{reason}“. Der Kundendienst ist informiert und wird sich bei Ihnen melden.',
    'request.passed':
      'Ihr Experte dankt Ihnen für die Anfrage „{service}“, kann sie aber nicht selbst übernehmen. Sie steht nun allen Experten der Kategorie offen, und Ihre schriftliche Unterhaltung geht weiter.',
    'request.opened':
      'Ihr Experte hat noch nicht geantwortet. Ihre Anfrage „{service}“ steht deshalb nun allen Experten der Kategorie offen. Ihre schriftliche Unterhaltung geht weiter.',
    'request.accepted':
      'Ein Experte hat Ihre Anfrage „{service}“ angenommen. Ihr Zahlungsmittel wurde mit {money} belastet.',
    'request.payment_failed':
      'Ein Experte wollte Ihre Anfrage „{service}“ annehmen, aber die Zahlung von {money} ist fehlgeschlagen. Bitte aktualisieren Sie Ihr Zahlungsmittel, um die Anfrage wieder zu öffnen.',
    'request.expired':
      'Niemand konnte Ihre Anfrage „{service}“ rechtzeitig annehmen. Sie ist daher abgelaufen, und Ihnen wird nichts berechnet. Ihre schriftliche Unterhaltung geht weiter.',
    'request.fulfilled': 'Ihre Anfrage „{service}“ wurde erfüllt. Vielen Dank!',
    'request.unfulfilled':
      'Ihr Experte konnte Sie für „{service}“ nicht erreichen. Sie können die Anfrage erneut öffnen oder sich {money} erstatten lassen; der Kundendienst wird sich bei Ihnen melden.',
    'request.report_overdue':
      'Die Frist für den Bericht über „{service}“ zu „{subject}“ ist vorbei, und es wird nichts ausgezahlt. Bitte wenden Sie sich an den Expertendienst.',
    'request.capture_failed':
      'Die Anfrage „{service}“ zu „{subject}“ geht nicht an Sie: Die Zahlung des Kunden ist fehlgeschlagen. Sobald sie aktualisiert ist, steht die Anfrage wieder allen Experten offen.',
    'request.refunded':
      'Dem Kunden wurde der Preis für „{service}“ zu „{subject}“ erstattet. Ihnen war dafür nichts ausgezahlt worden, und es wird auch nichts ausgezahlt.',
    'refund.granted':
      'Ihre Erstattung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist erfolgt: {money} wurden auf Ihr Zahlungsmittel zurückgezahlt.',
    'refund.failed':
      'Ihre Erstattung von {money} für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist fehlgeschlagen. Sie müssen nichts tun: Der Kundendienst ist informiert und wird sich bei Ihnen melden.',
    'refund.refused': 'Ihr Erstattungsantrag zu „{subject}“ wurde abgelehnt. Der Grund: „{reason}“.',
    'earnings.reversed':
      'Dem Kunden wurde der Preis für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ erstattet. Ihr Verdienst dafür in Höhe von {money} wurde storniert.',
    'earnings.disputed':
      'Der Kunde hat der Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ bei seiner Bank widersprochen, und die Bank hat sie zurückgeholt. Ihr Verdienst dafür in Höhe von {money} wird einbehalten, bis darüber entschieden ist.',
    'earnings.restored':
      'Die Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist wieder bei uns. Ihr Verdienst dafür in Höhe von {money} besteht wieder.',
    'dispute.resolved':
      'Der Expertendienst hat Ihren Einspruch zur Auszahlung für „{subject}“ geprüft: {resolution, select, done {Die Sache ist geregelt} other {Es gab keinen Grund, etwas zu ändern}}.',
  },

  warnings: {
    card: 'Das sieht nach der Nummer einer Zahlungskarte aus. Nur die letzten vier Ziffern wurden behalten. Bitte schreiben Sie hier niemals Kartennummern: Bezahlt wird mit dem Zahlungsmittel Ihres Kontos.',
    email: `Das sieht nach einer E-Mail-Adresse aus. ${BOX}`,
    phone: `Das sieht nach einer Telefonnummer aus. ${BOX}`,
    skype: `Das sieht nach einem Skype-Namen aus. ${BOX}`,
    whatsapp: `Das sieht nach einem WhatsApp-Kontakt aus. ${BOX}`,
    telegram: `Das sieht nach einem Telegram-Namen aus. ${BOX}`,
  },

  mails: {
    request_reserved: {
      subject: '{requested} {subject}',
      paragraphs: [
        'Der Kunde Ihrer Unterhaltung „{subject}“ hat „{service}“ angefragt, und Sie werden zuerst gefragt.',
        'Sie würden {money} verdienen.',
        '{until, select, none {Die Anfrage ist einige Minuten lang für Sie reserviert; die Seite zeigt die verbleibende Zeit.} other {Die Anfrage ist bis {until} für Sie reserviert.}} Danach steht sie allen Experten der Kategorie offen.',
        'Öffnen Sie die Seite und wählen Sie „Diese Anfrage annehmen“ oder „Nein danke“. Das Öffnen allein nimmt nichts an, und die schriftliche Frage behalten Sie in jedem Fall.',
      ],
      action: 'Anfrage jetzt ansehen',
    },
    request_open: {
      subject: '{requested} {subject}',
      paragraphs: [
        'Ein Kunde hat „{service}“ angefragt: „{subject}“.',
        'Sie würden {money} verdienen.',
        'Wer zuerst annimmt, bekommt die Anfrage. Das Öffnen der Seite nimmt nichts an: Sie können sich vorher die Unterhaltung ansehen.',
      ],
      action: 'Anfrage jetzt ansehen',
    },
    request_passed: {
      subject: 'Ihre Anfrage „{service}“ steht allen Experten offen',
      paragraphs: [
        'Ihr Experte dankt Ihnen für die Anfrage „{service}“ zu „{subject}“, kann sie aber nicht selbst übernehmen.',
        'Sie steht nun allen Experten der Kategorie offen. Wir sagen Ihnen Bescheid, sobald jemand sie annimmt; bis dahin können Sie sie zurückziehen.',
        'Ihre schriftliche Unterhaltung geht weiter wie bisher.',
      ],
      action: 'Unterhaltung öffnen',
    },
    request_accepted: {
      subject: 'Ihre Anfrage „{service}“ wurde angenommen',
      paragraphs: [
        'Ein Experte hat Ihre Anfrage „{service}“ zu „{subject}“ angenommen. Ihr Zahlungsmittel wurde mit {money} belastet.',
        'Bitte öffnen Sie die Unterhaltung: Dort meldet sich der Experte bei Ihnen.',
      ],
      action: 'Unterhaltung öffnen',
    },
    request_payment_failed: {
      subject: 'Die Zahlung für Ihre Anfrage „{service}“ ist fehlgeschlagen',
      paragraphs: [
        'Ein Experte wollte Ihre Anfrage „{service}“ zu „{subject}“ annehmen, aber die Zahlung von {money} ist fehlgeschlagen.',
        'Bitte aktualisieren Sie Ihr Zahlungsmittel: Dann steht die Anfrage wieder allen Experten der Kategorie offen. Andernfalls läuft sie ab.',
      ],
      action: 'Zahlungsmittel aktualisieren',
    },
    request_expired: {
      subject: 'Ihre Anfrage „{service}“ ist abgelaufen',
      paragraphs: [
        'Ihre Anfrage „{service}“ zu „{subject}“ wurde nicht rechtzeitig angenommen und ist abgelaufen. Ihnen wird dafür nichts berechnet.',
        'Ihre schriftliche Unterhaltung mit Ihrem Experten geht weiter.',
      ],
      action: 'Unterhaltung öffnen',
    },
    request_unfulfilled: {
      subject: 'Ihr Experte konnte Sie nicht erreichen',
      paragraphs: [
        'Der Experte für „{service}“ zu „{subject}“ hat es mehrmals versucht, aber es kam keine Verbindung mit Ihnen zustande.',
        'Sie entscheiden, wie es weitergeht: Öffnen Sie die Anfrage ohne weitere Kosten erneut oder lassen Sie sich {money} erstatten. Auch der Kundendienst wird sich bei Ihnen melden.',
      ],
      action: 'Erneut öffnen oder Geld zurück',
    },
    request_refunded: {
      subject: 'Dem Kunden erstattet: {subject}',
      paragraphs: [
        'Dem Kunden wurde der Preis für „{service}“ zu „{subject}“ erstattet. Diese Anfrage hatten Sie angenommen.',
        'Ihnen war dafür nichts ausgezahlt worden, und es wird auch nichts ausgezahlt. Zu berichten gibt es nichts mehr.',
      ],
      action: 'Anfrage öffnen',
    },
    question_payment_failed: {
      subject: 'Die Zahlung für Ihre Frage ist fehlgeschlagen',
      paragraphs: [
        'Die Zahlung für Ihre Frage „{subject}“ ist fehlgeschlagen.',
        'Bitte aktualisieren Sie Ihr Zahlungsmittel, damit Ihr Experte für die Antwort bezahlt werden kann.',
      ],
      action: 'Zahlungsmittel aktualisieren',
    },
    offer_proposed: {
      subject: 'Ein Angebot Ihres Experten: {service}',
      paragraphs: [
        'Ihr Experte in der Unterhaltung „{subject}“ bietet Ihnen einen Premium-Dienst an: „{service}“ für {money}.',
        'Ihr Zahlungsmittel wird nur belastet, wenn Sie das Angebot annehmen. Was enthalten ist, lesen Sie in der Unterhaltung.',
      ],
      action: 'Unterhaltung öffnen',
    },
    offer_accepted: {
      subject: 'Angenommen: {service}',
      paragraphs: [
        'Der Kunde Ihrer Unterhaltung „{subject}“ hat Ihr Angebot „{service}“ angenommen, und sein Zahlungsmittel wurde belastet.',
        'Sie haben {money} verdient. Bitte öffnen Sie die Unterhaltung und beginnen Sie.',
      ],
      action: 'Unterhaltung öffnen',
    },
    offer_payment_failed: {
      subject: 'Die Zahlung für „{service}“ ist fehlgeschlagen',
      paragraphs: [
        'Sie haben das Angebot „{service}“ angenommen, aber die Zahlung von {money} ist fehlgeschlagen.',
        'Das Angebot besteht weiterhin: Bitte aktualisieren Sie Ihr Zahlungsmittel und nehmen Sie es noch einmal an.',
      ],
      action: 'Zahlungsmittel aktualisieren',
    },
    offer_unable: {
      subject: 'Ihr Experte kann „{service}“ nicht zu Ende führen',
      paragraphs: [
        'Ihr Experte in der Unterhaltung „{subject}“ kann „{service}“ nicht zu Ende führen. Der Grund: „{reason}“.',
        'Der Kundendienst ist informiert und wird sich bei Ihnen melden. Sie können in der Unterhaltung auch eine Erstattung von {money} beantragen.',
      ],
      action: 'Unterhaltung öffnen',
    },
    report_reminder: {
      subject: '{accepted} {subject}: Bitte senden Sie Ihren Bericht',
      paragraphs: [
        'Sie haben „{service}“ zu „{subject}“ angenommen und noch nicht darüber berichtet: Kam eine Verbindung zustande?',
        '{until, select, none {Bitte berichten Sie rechtzeitig} other {Bitte berichten Sie bis {until}}}: Ihr Anteil von {money} wird mit dem Bericht ausgezahlt, ohne Bericht wird nichts ausgezahlt.',
      ],
      action: 'Jetzt berichten',
    },
    report_overdue: {
      subject: 'Bericht überfällig: {subject}',
      paragraphs: [
        'Der Experte, der „{service}“ zu „{subject}“ angenommen hat, hat nicht rechtzeitig berichtet. Es wurde nichts ausgezahlt.',
        'Der Expertendienst kann es noch klären.',
      ],
      action: 'Anfrage öffnen',
    },
    refund_granted: {
      subject: 'Ihrem Erstattungsantrag wurde stattgegeben',
      paragraphs: [
        'Ihrem Erstattungsantrag für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ wurde stattgegeben, und die Erstattung ist erfolgt.',
        'Auf das Zahlungsmittel, mit dem Sie bezahlt haben, wurden {money} zurückgezahlt. Je nach Bank dauert es einige Tage, bis sie ankommen.',
      ],
      action: 'Unterhaltung öffnen',
    },
    refund_failed: {
      subject: 'Ihre Erstattung ist fehlgeschlagen',
      paragraphs: [
        'Ihre Erstattung von {money} für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist fehlgeschlagen: Die Bank hat sie nicht angenommen oder zurückgeschickt.',
        'Sie müssen nichts tun. Der Kundendienst ist informiert und wird sich bei Ihnen melden.',
      ],
      action: 'Unterhaltung öffnen',
    },
    refund_refused: {
      subject: 'Ihr Erstattungsantrag',
      paragraphs: [
        'Der Kundendienst hat Ihren Erstattungsantrag zu „{subject}“ geprüft und konnte ihm nicht stattgeben.',
        'Der Grund: „{reason}“.',
      ],
      action: 'Unterhaltung öffnen',
    },
    earnings_reversed: {
      subject: 'Dem Kunden erstattet: {subject}',
      paragraphs: [
        'Dem Kunden wurde der Preis für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ erstattet.',
        'Ihr Verdienst dafür in Höhe von {money} wurde storniert; was Ihnen bleibt, zeigt Ihre Verdienstübersicht.',
      ],
      action: 'Unterhaltung öffnen',
    },
    earnings_disputed: {
      subject: 'Zahlung vom Kunden angefochten: {subject}',
      paragraphs: [
        'Der Kunde hat der Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ bei seiner Bank widersprochen, und die Bank hat sie zurückgeholt.',
        'Ihr Verdienst dafür in Höhe von {money} wird einbehalten, bis darüber entschieden ist. Der Kundendienst antwortet der Bank mit dem, was in der Unterhaltung belegt ist.',
      ],
      action: 'Unterhaltung öffnen',
    },
    earnings_restored: {
      subject: 'Ihr Verdienst besteht wieder: {subject}',
      paragraphs: [
        'Die Zahlung für {about, select, question {die Frage} other {„{service}“ zu}} „{subject}“ ist wieder bei uns.',
        'Ihr Verdienst dafür in Höhe von {money} besteht wieder; Ihre Verdienstübersicht zeigt ihn.',
      ],
      action: 'Unterhaltung öffnen',
    },
    dispute_resolved: {
      subject: 'Ihr Einspruch zu einer Auszahlung: {subject}',
      paragraphs: [
        'Der Expertendienst hat Ihren Einspruch zur Auszahlung für „{subject}“ geprüft: {resolution, select, done {Die Sache ist geregelt} other {Es gab keinen Grund, etwas zu ändern}}.',
        'Was Ihnen ausgezahlt wurde, zeigt Ihre Verdienstübersicht. Bei weiteren Fragen wenden Sie sich bitte an den Expertendienst.',
      ],
      action: 'Ansehen, worum es geht',
    },
    care_low_rating: {
      subject: 'Niedrige Bewertung: {subject}',
      paragraphs: [
        'Der Kunde hat die Antwort auf „{subject}“ mit {stars, plural, one {# Stern} other {# Sternen}} bewertet.',
        'Der Experte wird erst bezahlt, wenn der Kundendienst den Fall gelöst hat.',
      ],
      action: 'Frage öffnen',
    },
    care_not_connected: {
      subject: 'Keine Verbindung: {subject}',
      paragraphs: [
        'Der Experte für „{service}“ zu „{subject}“ meldet, dass keine Verbindung mit dem Kunden zustande kam. Dem Experten wurde nichts ausgezahlt.',
        'Bitte nehmen Sie Kontakt mit dem Kunden auf. Er kann die Anfrage erneut öffnen oder sich den Preis erstatten lassen.',
      ],
      action: 'Frage öffnen',
    },
    care_unable_to_complete: {
      subject: 'Nicht zu Ende geführt: {subject}',
      paragraphs: [
        'Der Experte für „{service}“ zu „{subject}“ kann den Dienst nicht zu Ende führen, und das Zahlungsmittel des Kunden wurde belastet. Der Grund: „{reason}“.',
        'Bitte nehmen Sie Kontakt mit dem Kunden auf.',
      ],
      action: 'Frage öffnen',
    },
    care_refund_failed: {
      subject: 'Erstattung fehlgeschlagen: {subject}',
      paragraphs: [
        'Der Zahlungsdienst konnte die Erstattung zu „{subject}“ nicht ausführen: {reason, select, card_closed {Die Karte ist aufgelöst} disputed {Die Zahlung ist angefochten} insufficient_funds {Das Guthaben beim Zahlungsdienst reicht nicht} other {Sie wurde abgelehnt}}. Das Geld ist bei uns.',
        'Bitte wenden Sie sich an den Kunden. Über den Fall kann die Erstattung erneut versucht werden.',
      ],
      action: 'Frage öffnen',
    },
    care_chargeback: {
      subject:
        '{outcome, select, won {Anfechtung gewonnen} lost {Anfechtung verloren} other {Zahlung angefochten}}: {subject}',
      paragraphs: [
        '{outcome, select, won {Die Anfechtung der Zahlung für „{subject}“ ist entschieden: Das Geld ist bei uns, und der Verdienst besteht.} lost {Die Anfechtung der Zahlung für „{subject}“ ist entschieden: Das Geld bleibt beim Kunden, und der Verdienst bleibt storniert.} other {Die Bank des Kunden ficht die Zahlung für „{subject}“ an. Der Grund, den sie nennt: „{reason}“.}}',
        '{outcome, select, won {Der Fall ist geschlossen.} lost {Der Fall ist geschlossen.} other {Belege können Sie dem Zahlungsdienst bis {until} senden.}}',
      ],
      action: 'Frage öffnen',
    },
    care_card_testing: {
      subject: 'Viele abgelehnte Karten',
      paragraphs: [
        '{reason, select, address {Von einer Adresse aus wurden innerhalb einer Stunde viele Zahlungskarten abgelehnt.} card {Eine Zahlungskarte wurde innerhalb einer Stunde immer wieder abgelehnt.} other {Bei einem Kunden wurden innerhalb einer Stunde viele Zahlungskarten abgelehnt.}} Es sieht so aus, als würden gestohlene Karten ausprobiert; weitere Versuche werden eine Weile abgelehnt.',
        'Der letzte galt „{subject}“.',
      ],
      action: 'Frage öffnen',
    },
    care_case_overdue: {
      subject: 'Fall überfällig: {subject}',
      paragraphs: [
        'Der Fall „{kind, select, personal_information {Persönliche Angaben} low_rating {Niedrige Bewertung} unable_to_complete {Nicht zu Ende geführt} not_connected {Keine Verbindung} refund {Erstattungsantrag} refund_failed {Fehlgeschlagene Erstattung} chargeback {Angefochtene Zahlung} card_testing {Abgelehnte Karten} other {Strittige Auszahlung}}“ zu „{subject}“ wurde nicht rechtzeitig gelöst.',
      ],
      action: 'Frage öffnen',
    },
  },
  mailFooter: 'Diese Nachricht wurde von Parley automatisch gesendet. Bitte antworten Sie nicht darauf.',
  unsubscribe: 'Wählen Sie, über welche Anfragen wir Ihnen schreiben',

  otherService: 'Premium-Dienst',
  prefixes: { requested: '[{service} angefragt]', accepted: '[{service} angenommen]' },
};
