// What a refusal says, in each language.

import type { Code } from '../domain/errors.ts';
import type { Localized } from '../domain/people.ts';

export const ERROR_TEXTS: Readonly<Record<Code, Localized>> = {
  'auth.required': {
    en: 'Please sign in first.',
    de: 'Bitte melden Sie sich zuerst an.',
    es: 'Primero inicie sesión.',
  },
  'auth.forbidden': {
    en: 'Your account may not do this.',
    de: 'Ihr Konto ist dazu nicht berechtigt.',
    es: 'Su cuenta no tiene permiso para hacer esto.',
  },
  'auth.link': {
    en: 'This link has been used already or has ended. Please open the one in our newest e-mail to you, or sign in.',
    de: 'Dieser Link wurde bereits verwendet oder ist abgelaufen. Bitte öffnen Sie den Link in unserer neuesten E-Mail an Sie, oder melden Sie sich an.',
    es: 'Este enlace ya se ha utilizado o ha caducado. Abra el de nuestro correo más reciente o inicie sesión.',
  },
  'input.invalid': {
    en: 'Something in what you entered is not right. Please check it.',
    de: 'An Ihren Eingaben stimmt etwas nicht. Bitte prüfen Sie sie.',
    es: 'Hay algo incorrecto en los datos introducidos. Revíselos, por favor.',
  },
  'input.bad_signature': {
    en: 'The signature of this notice does not hold.',
    de: 'Die Signatur dieser Mitteilung ist nicht gültig.',
    es: 'La firma de este aviso no es válida.',
  },
  not_found: { en: 'We could not find this.', de: 'Das konnten wir nicht finden.', es: 'No hemos podido encontrarlo.' },
  'rate.limited': {
    en: 'That was too much at once. Please wait a moment and try again.',
    de: 'Das war zu viel auf einmal. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.',
    es: 'Han sido demasiadas acciones a la vez. Espere un momento e inténtelo de nuevo.',
  },
  'conflict.stale': {
    en: 'This has changed in the meantime. Please look again.',
    de: 'Hier hat sich inzwischen etwas geändert. Bitte sehen Sie es sich noch einmal an.',
    es: 'Esto ha cambiado mientras tanto. Vuelva a mirarlo, por favor.',
  },
  'conflict.draft': {
    en: 'This question has not been posted yet: its payment is still missing.',
    de: 'Diese Frage ist noch nicht gestellt: Ihre Bezahlung steht noch aus.',
    es: 'Esta pregunta aún no se ha publicado: falta su pago.',
  },
  'conflict.closed': {
    en: 'This question is closed. Please post a new question for a new matter.',
    de: 'Diese Frage ist geschlossen. Bitte stellen Sie für ein neues Anliegen eine neue Frage.',
    es: 'Esta pregunta está cerrada. Para un asunto nuevo, publique una pregunta nueva.',
  },
  'conflict.claimed': {
    en: 'Another expert is working on this question.',
    de: 'Ein anderer Experte bearbeitet diese Frage gerade.',
    es: 'Otro experto está trabajando en esta pregunta.',
  },
  'conflict.not_claimed': {
    en: 'You do not hold this question now. Please claim it first.',
    de: 'Sie haben diese Frage gerade nicht übernommen. Bitte übernehmen Sie sie zuerst.',
    es: 'Ahora mismo no tiene asignada esta pregunta. Tómela primero, por favor.',
  },
  'conflict.not_answered': {
    en: 'You can rate once the expert has marked the answer as complete.',
    de: 'Sie können bewerten, sobald der Experte die Antwort als vollständig gekennzeichnet hat.',
    es: 'Podrá valorar cuando el experto haya marcado la respuesta como completa.',
  },
  'conflict.rating_lowered': {
    en: 'A rating can be raised, but not lowered.',
    de: 'Eine Bewertung kann angehoben, aber nicht gesenkt werden.',
    es: 'Una valoración se puede subir, pero no bajar.',
  },
  'conflict.not_offered': {
    en: 'This offer is no longer available.',
    de: 'Dieses Angebot ist nicht mehr verfügbar.',
    es: 'Esta oferta ya no está disponible.',
  },
  'conflict.offer_open': {
    en: 'There is an open offer in this conversation already. Please wait for the answer, or withdraw it first.',
    de: 'In dieser Unterhaltung gibt es bereits ein offenes Angebot. Bitte warten Sie die Antwort ab oder ziehen Sie es zuerst zurück.',
    es: 'Ya hay una oferta abierta en esta conversación. Espere la respuesta o retírela primero.',
  },
  'conflict.not_reserved': {
    en: 'This request is no longer reserved for you.',
    de: 'Diese Anfrage ist nicht mehr für Sie reserviert.',
    es: 'Esta solicitud ya no está reservada para usted.',
  },
  'conflict.not_open': {
    en: 'This request is not open now.',
    de: 'Diese Anfrage ist jetzt nicht offen.',
    es: 'Esta solicitud no está abierta ahora.',
  },
  'conflict.not_accepted': {
    en: 'This service has not been accepted, or its report is already in.',
    de: 'Dieser Dienst wurde nicht angenommen, oder sein Bericht liegt bereits vor.',
    es: 'Este servicio no se ha aceptado, o su informe ya se ha entregado.',
  },
  'conflict.already_accepted': {
    en: 'This request was already accepted by another expert.',
    de: 'Diese Anfrage wurde bereits von einem anderen Experten angenommen.',
    es: 'Otro experto ya ha aceptado esta solicitud.',
  },
  'conflict.expired': {
    en: 'This request has expired.',
    de: 'Diese Anfrage ist abgelaufen.',
    es: 'Esta solicitud ha caducado.',
  },
  'conflict.report_overdue': {
    en: 'The time for the report is over. Please contact expert support.',
    de: 'Die Frist für den Bericht ist vorbei. Bitte wenden Sie sich an den Expertendienst.',
    es: 'El plazo del informe ha terminado. Póngase en contacto con el soporte para expertos.',
  },
  'conflict.payment_pending': {
    en: 'A payment is still being processed. Please wait a moment.',
    de: 'Eine Zahlung wird noch verarbeitet. Bitte warten Sie einen Moment.',
    es: 'Todavía se está procesando un pago. Espere un momento, por favor.',
  },
  'conflict.not_captured': {
    en: 'There is no payment here that this could be done with: it has not been charged, or not any more.',
    de: 'Hier gibt es keine Zahlung dafür: Es wurde nichts abgebucht, oder die Abbuchung besteht nicht mehr.',
    es: 'Aquí no hay ningún pago con que hacerlo: no se ha cobrado nada, o el cobro ya no existe.',
  },
  'conflict.mail_over': {
    en: 'This e-mail is not needed any more, or cannot reach anybody: what it is about is over, or the account has no address.',
    de: 'Diese E-Mail wird nicht mehr gebraucht oder erreicht niemanden: Worum es geht, ist vorbei, oder das Konto hat keine Adresse.',
    es: 'Este correo ya no hace falta o no llega a nadie: el asunto ha terminado o la cuenta no tiene dirección.',
  },
  'conflict.case_open': {
    en: 'This has been asked for already. Customer care is working on it.',
    de: 'Darum wurde bereits gebeten. Der Kundendienst kümmert sich darum.',
    es: 'Esto ya se ha pedido. Atención al cliente se está ocupando de ello.',
  },
  'conflict.case_resolved': {
    en: 'This case has been resolved already.',
    de: 'Dieser Fall ist bereits gelöst.',
    es: 'Este caso ya está resuelto.',
  },
  'conflict.email_taken': {
    en: 'There is already an account with this e-mail address.',
    de: 'Es gibt bereits ein Konto mit dieser E-Mail-Adresse.',
    es: 'Ya existe una cuenta con esta dirección de correo electrónico.',
  },
  'conflict.last_admin': {
    en: 'This is the last active admin: somebody must be able to let the others in.',
    de: 'Das ist der letzte aktive Admin: Jemand muss die anderen hereinlassen können.',
    es: 'Es el último administrador activo: alguien tiene que poder dar acceso a los demás.',
  },
  'conflict.too_many_sockets': {
    en: 'You are connected too many times. Please close another window and try again.',
    de: 'Sie sind zu oft gleichzeitig verbunden. Bitte schließen Sie ein anderes Fenster und versuchen Sie es dann noch einmal.',
    es: 'Tiene demasiadas conexiones abiertas. Cierre otra ventana e inténtelo de nuevo.',
  },
  'conflict.too_many_webhooks': {
    en: 'There are as many webhooks as there may be. Please remove one first.',
    de: 'Es gibt bereits so viele Webhooks, wie es geben darf. Bitte entfernen Sie zuerst einen.',
    es: 'Ya hay tantos webhooks como puede haber. Elimine uno primero, por favor.',
  },
  'conflict.too_many_templates': {
    en: 'You have as many templates as there may be. Please remove one first.',
    de: 'Sie haben bereits so viele Vorlagen, wie es geben darf. Bitte entfernen Sie zuerst eine.',
    es: 'Ya tiene tantas plantillas como puede haber. Elimine una primero, por favor.',
  },
  'conflict.too_many_offers': {
    en: 'You have made as many offers in this conversation as there may be.',
    de: 'Sie haben in dieser Unterhaltung bereits so viele Angebote gemacht, wie es geben darf.',
    es: 'Ya ha hecho en esta conversación tantas ofertas como puede haber.',
  },
  'payment.failed': {
    en: 'The payment did not go through. Please check your payment method or use another one.',
    de: 'Die Zahlung ist fehlgeschlagen. Bitte prüfen Sie Ihr Zahlungsmittel oder verwenden Sie ein anderes.',
    es: 'El pago no se ha realizado. Revise su medio de pago o utilice otro.',
  },
  'policy.personal_data': {
    en: 'Your message seems to contain contact data. Please leave it out: once a premium service has been accepted, the private information box is the place for it.',
    de: 'Ihre Nachricht enthält anscheinend Kontaktdaten. Bitte lassen Sie diese weg: Sobald ein Premium-Dienst angenommen wurde, gehören sie in das Feld für private Angaben.',
    es: 'Parece que su mensaje contiene datos de contacto. No los incluya: cuando se haya aceptado un servicio prémium, su lugar es el cuadro de información privada.',
  },
  'policy.rating_insistence': {
    en: 'You have asked for a rating already. Please wait for a reply before you ask again; leave that sentence out, and the message can be sent.',
    de: 'Sie haben bereits um eine Bewertung gebeten. Bitte warten Sie auf eine Antwort, bevor Sie es wieder tun; ohne diesen Satz kann die Nachricht gesendet werden.',
    es: 'Ya ha pedido una valoración. Espere una respuesta antes de volver a pedirla; sin esa frase, el mensaje se puede enviar.',
  },
  'policy.fragmented_answer': {
    en: 'This would be your second message in a short time, without a reply in between. Please say everything in one message: wait for a reply{until, select, none {} other { or until {until}}}, or confirm that you want to send it now.',
    de: 'Das wäre Ihre zweite Nachricht in kurzer Zeit, ohne dass dazwischen geantwortet wurde. Bitte sagen Sie alles in einer Nachricht: Warten Sie auf eine Antwort{until, select, none {} other { oder bis {until}}}, oder bestätigen Sie, dass Sie sie jetzt senden möchten.',
    es: 'Sería su segundo mensaje en poco tiempo sin una respuesta entre medias. Dígalo todo en un solo mensaje: espere una respuesta{until, select, none {} other { o hasta el {until}}}, o confirme que quiere enviarlo ahora.',
  },
  'policy.follow_up_unanswered': {
    en: 'A follow-up comes after an answer, and no answer of yours stands here. Please send your answer first.',
    de: 'Nachgefragt wird nach einer Antwort, und von Ihnen steht hier keine. Bitte senden Sie zuerst Ihre Antwort.',
    es: 'El seguimiento viene después de una respuesta, y aquí no hay ninguna suya. Envíe primero su respuesta.',
  },
  'policy.follow_up_replied': {
    en: 'The customer has replied since your answer, so there is nothing to follow up. Please send an ordinary message or an answer.',
    de: 'Der Kunde hat seit Ihrer Antwort geschrieben, also gibt es nichts nachzufragen. Bitte senden Sie eine gewöhnliche Nachricht oder eine Antwort.',
    es: 'El cliente ha escrito después de su respuesta, así que no hace falta un seguimiento. Envíe un mensaje normal o una respuesta.',
  },
  'policy.follow_up_rated': {
    en: 'The answer has been rated already, so a follow-up is not needed. If there is something new to say, please send an ordinary message.',
    de: 'Die Antwort ist bereits bewertet, ein Nachfragen ist also nicht nötig. Wenn es etwas Neues zu sagen gibt, senden Sie bitte eine gewöhnliche Nachricht.',
    es: 'La respuesta ya está valorada, así que no hace falta un seguimiento. Si hay algo nuevo que decir, envíe un mensaje normal.',
  },
  'policy.follow_up_repeated': {
    en: 'There has been a follow-up on this question, and there can be only one. Please wait for the customer to reply.',
    de: 'Bei dieser Frage wurde schon einmal nachgefragt, und das geht nur einmal. Bitte warten Sie auf eine Antwort des Kunden.',
    es: 'En esta pregunta ya hubo un seguimiento, y solo puede haber uno. Espere la respuesta del cliente.',
  },
  'policy.follow_up_early': {
    en: 'It is too early for a follow-up. Please give the customer time{until, select, none {} other {: you can send it from {until}}}.',
    de: 'Zum Nachfragen ist es zu früh. Bitte lassen Sie dem Kunden Zeit{until, select, none {} other {: Sie können ab {until} nachfragen}}.',
    es: 'Es demasiado pronto para un seguimiento. Dé tiempo al cliente{until, select, none {} other {: podrá enviarlo a partir del {until}}}.',
  },
  'policy.follow_up_late': {
    en: 'It is too late for a follow-up{until, select, none {} other {: it was possible until {until}}}. If there is something new to say, please send an ordinary message.',
    de: 'Zum Nachfragen ist es zu spät{until, select, none {} other {: es war bis {until} möglich}}. Wenn es etwas Neues zu sagen gibt, senden Sie bitte eine gewöhnliche Nachricht.',
    es: 'Es demasiado tarde para un seguimiento{until, select, none {} other {: se podía enviar hasta el {until}}}. Si hay algo nuevo que decir, envíe un mensaje normal.',
  },
  'policy.follow_up_shared': {
    en: 'Another expert is on this question, too, and has not released it. Please leave the follow-up out; what is new can be sent as an ordinary message.',
    de: 'An dieser Frage ist noch ein anderer Experte beteiligt, der sie nicht freigegeben hat. Bitte fragen Sie nicht nach; Neues können Sie als gewöhnliche Nachricht senden.',
    es: 'Otro experto también participa en esta pregunta y no la ha liberado. No envíe el seguimiento; si hay algo nuevo, puede enviarlo como mensaje normal.',
  },
  'policy.follow_up_asks_rating': {
    en: 'A follow-up must not ask for a rating. Please ask whether the answer has helped, and leave the rating out.',
    de: 'Beim Nachfragen darf nicht um eine Bewertung gebeten werden. Bitte fragen Sie, ob die Antwort geholfen hat, und lassen Sie die Bewertung weg.',
    es: 'En un seguimiento no se puede pedir una valoración. Pregunte si la respuesta ha servido y no mencione la valoración.',
  },
  'policy.attempts_missing': {
    en: 'Please log your attempts to reach the customer first: there are not enough yet.',
    de: 'Bitte tragen Sie zuerst ein, wie Sie versucht haben, den Kunden zu erreichen: Es sind noch nicht genügend Versuche.',
    es: 'Registre primero sus intentos de contactar con el cliente: todavía no son suficientes.',
  },
  'policy.offer_too_early': {
    en: 'A premium service can be offered a little while after the customer’s second reply.',
    de: 'Ein Premium-Dienst kann erst kurze Zeit nach der zweiten Antwort des Kunden angeboten werden.',
    es: 'Un servicio prémium solo se puede ofrecer un poco después de la segunda respuesta del cliente.',
  },
  'policy.price_limits': {
    en: 'This price is outside the limits of the category.',
    de: 'Dieser Preis liegt außerhalb der Grenzen der Kategorie.',
    es: 'Este precio está fuera de los límites de la categoría.',
  },
  unavailable: {
    en: 'The service cannot be reached right now. Please try again in a moment.',
    de: 'Der Dienst ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.',
    es: 'No se puede acceder al servicio en este momento. Inténtelo de nuevo en unos instantes.',
  },
  internal: {
    en: 'Something went wrong on our side. Please try again.',
    de: 'Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.',
    es: 'Algo ha fallado por nuestra parte. Inténtelo de nuevo, por favor.',
  },
};
