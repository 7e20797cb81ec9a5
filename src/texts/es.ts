// Spanish: «usted», and the words of the pages in web/ (solicitud, conversación, atención al cliente, soporte para expertos).
// Names of services stand in quotation marks, so that nothing has to agree with their gender.

import type { Texts } from './shape.ts';

/** 9.1, 9.2: where contact data belongs. */
const BOX =
  'No comparta datos de contacto en la conversación: cuando se haya aceptado un servicio prémium, su lugar es el cuadro de información privada.';

export const es: Texts = {
  errors: {
    'auth.required': 'Primero inicie sesión.',
    'auth.forbidden': 'Su cuenta no tiene permiso para hacer esto.',
    'input.invalid': 'Hay algo incorrecto en los datos introducidos. Revíselos, por favor.',
    'input.bad_signature': 'La firma de este aviso no es válida.',
    not_found: 'No hemos podido encontrarlo.',
    'rate.limited': 'Han sido demasiadas acciones a la vez. Espere un momento e inténtelo de nuevo.',
    'conflict.stale': 'Esto ha cambiado mientras tanto. Vuelva a mirarlo, por favor.',
    'conflict.draft': 'Esta pregunta aún no se ha publicado: falta su pago.',
    'conflict.closed': 'Esta pregunta está cerrada. Para un asunto nuevo, publique una pregunta nueva.',
    'conflict.claimed': 'Otro experto está trabajando en esta pregunta.',
    'conflict.not_claimed': 'Ahora mismo no tiene asignada esta pregunta. Tómela primero, por favor.',
    'conflict.not_answered': 'Podrá valorar cuando el experto haya marcado la respuesta como completa.',
    'conflict.rating_lowered': 'Una valoración se puede subir, pero no bajar.',
    'conflict.not_offered': 'Esta oferta ya no está disponible.',
    'conflict.offer_open': 'Ya hay una oferta abierta en esta conversación. Espere la respuesta o retírela primero.',
    'conflict.not_reserved': 'Esta solicitud ya no está reservada para usted.',
    'conflict.not_open': 'Esta solicitud no está abierta ahora.',
    'conflict.not_accepted': 'Este servicio no se ha aceptado, o su informe ya se ha entregado.',
    'conflict.already_accepted': 'Otro experto ya ha aceptado esta solicitud.',
    'conflict.expired': 'Esta solicitud ha caducado.',
    'conflict.report_overdue': 'El plazo del informe ha terminado. Póngase en contacto con el soporte para expertos.',
    'conflict.payment_pending': 'Todavía se está procesando un pago. Espere un momento, por favor.',
    'conflict.not_captured': 'Aquí no hay nada que reembolsar: no se ha cobrado nada, o el cobro ya no existe.',
    'conflict.case_open': 'Esto ya se ha pedido. Atención al cliente se está ocupando de ello.',
    'conflict.case_resolved': 'Este caso ya está resuelto.',
    'conflict.email_taken': 'Ya existe una cuenta con esta dirección de correo electrónico.',
    'conflict.last_admin': 'Es el último administrador activo: alguien tiene que poder dar acceso a los demás.',
    'conflict.too_many_sockets': 'Tiene demasiadas conexiones abiertas. Cierre otra ventana e inténtelo de nuevo.',
    'payment.failed': 'El pago no se ha realizado. Revise su medio de pago o utilice otro.',
    'policy.personal_data':
      'Parece que su mensaje contiene datos de contacto. No los incluya: cuando se haya aceptado un servicio prémium, su lugar es el cuadro de información privada.',
    'policy.attempts_missing': 'Registre primero sus intentos de contactar con el cliente: todavía no son suficientes.',
    'policy.offer_too_early':
      'Un servicio prémium solo se puede ofrecer un poco después de la segunda respuesta del cliente.',
    'policy.price_limits': 'Este precio está fuera de los límites de la categoría.',
    unavailable: 'No se puede acceder al servicio en este momento. Inténtelo de nuevo en unos instantes.',
    internal: 'Algo ha fallado por nuestra parte. Inténtelo de nuevo, por favor.',
  },

  notices: {
    'question.answered':
      'Su pregunta «{subject}» ha recibido respuesta. Todavía puede pedir aclaraciones; después, valore la respuesta, por favor.',
    'question.claim_lapsed':
      'Su tiempo para responder a «{subject}» ha terminado. La pregunta vuelve a estar abierta a todos los expertos; puede tomarla de nuevo.',
    'question.closed': 'La pregunta «{subject}» se ha cerrado.',
    'question.payment_failed': 'El pago de su pregunta «{subject}» no se ha realizado. Actualice su medio de pago.',
    'offer.proposed': 'Su experto le ofrece un servicio prémium por {money}: «{service}».',
    'offer.declined': 'El cliente ha rechazado su oferta «{service}». La conversación escrita continúa.',
    'offer.accepted': 'El cliente ha aceptado su oferta «{service}». Usted ha ganado {money}.',
    'offer.charged': 'Gracias por aceptar «{service}». Le hemos cobrado {money}.',
    'offer.payment_failed':
      'El pago de {money} por «{service}» no se ha realizado. Actualice su medio de pago y acepte la oferta de nuevo.',
    'offer.unable':
      'Su experto no puede completar «{service}». El motivo: «{reason}». Atención al cliente está al corriente y se pondrá en contacto con usted.',
    'request.passed':
      'Su experto le agradece la solicitud de «{service}», pero no puede encargarse personalmente. Ahora está abierta a todos los expertos de la categoría, y su conversación escrita continúa.',
    'request.opened':
      'Su experto aún no ha respondido, así que su solicitud de «{service}» está ahora abierta a todos los expertos de la categoría. Su conversación escrita continúa.',
    'request.accepted': 'Un experto ha aceptado su solicitud de «{service}». Le hemos cobrado {money}.',
    'request.payment_failed':
      'Un experto quería aceptar su solicitud de «{service}», pero el pago de {money} no se ha realizado. Actualice su medio de pago para abrir de nuevo la solicitud.',
    'request.expired':
      'Nadie ha podido aceptar a tiempo su solicitud de «{service}», así que ha caducado y no se le cobra nada. Su conversación escrita continúa.',
    'request.fulfilled': 'Su solicitud de «{service}» se ha completado. ¡Muchas gracias!',
    'request.unfulfilled':
      'Su experto no ha podido contactar con usted para «{service}». Puede volver a abrir la solicitud o pedir que le reembolsemos {money}; atención al cliente se pondrá en contacto con usted.',
    'request.report_overdue':
      'El plazo para informar sobre «{service}» para «{subject}» ha terminado, y no se paga nada. Póngase en contacto con el soporte para expertos.',
    'request.capture_failed':
      'La solicitud de «{service}» para «{subject}» no es suya: el pago del cliente no se ha realizado. Cuando se actualice, se abrirá de nuevo a todos los expertos.',
    'request.refunded':
      'Se ha reembolsado al cliente «{service}» para «{subject}». A usted no se le había pagado nada por ello, y no se le pagará nada.',
    'refund.granted':
      'Se ha hecho su reembolso de {about, select, question {la pregunta} other {«{service}» para}} «{subject}»: hemos devuelto {money} a su medio de pago.',
    'refund.failed':
      'No se ha podido hacer su reembolso de {money} por {about, select, question {la pregunta} other {«{service}» para}} «{subject}». No tiene que hacer nada: hemos informado a Atención al cliente, que se pondrá en contacto con usted.',
    'refund.refused': 'Se ha denegado su solicitud de reembolso relativa a «{subject}». El motivo: «{reason}».',
    'earnings.reversed':
      'Se ha reembolsado al cliente {about, select, question {la pregunta} other {«{service}» para}} «{subject}». Se han anulado sus ganancias de {money} por ello.',
    'earnings.disputed':
      'El cliente ha impugnado ante su banco el pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}», y el banco lo ha retirado. Sus ganancias de {money} por ello quedan retenidas hasta que se decida.',
    'earnings.restored':
      'El pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}» vuelve a estar con nosotros. Sus ganancias de {money} por ello vuelven a ser suyas.',
    'dispute.resolved':
      'El soporte para expertos ha revisado su reclamación sobre el pago por «{subject}»: {resolution, select, done {el asunto está resuelto} other {no había motivo para cambiar nada}}.',
  },

  warnings: {
    card: 'Esto parece el número de una tarjeta de pago. Solo se han conservado sus cuatro últimas cifras. No escriba nunca aquí números de tarjeta: los pagos se hacen con el medio de pago de su cuenta.',
    email: `Esto parece una dirección de correo electrónico. ${BOX}`,
    phone: `Esto parece un número de teléfono. ${BOX}`,
    skype: `Esto parece un nombre de Skype. ${BOX}`,
    whatsapp: `Esto parece un contacto de WhatsApp. ${BOX}`,
    telegram: `Esto parece un nombre de Telegram. ${BOX}`,
  },

  mails: {
    request_reserved: {
      subject: '{requested} {subject}',
      paragraphs: [
        'El cliente de su conversación «{subject}» ha solicitado «{service}», y se le pregunta primero a usted.',
        'Usted ganaría {money}.',
        '{until, select, none {La solicitud se le reserva durante unos minutos; la página muestra el tiempo restante.} other {La solicitud se le reserva hasta el {until}.}} Después se abre a todos los expertos de la categoría.',
        'Abra la página y elija «Aceptar esta solicitud» o «No, gracias». Abrirla no acepta nada, y en cualquier caso conserva la pregunta escrita.',
      ],
      action: 'Ver la solicitud ahora',
    },
    request_open: {
      subject: '{requested} {subject}',
      paragraphs: [
        'Un cliente ha solicitado «{service}»: «{subject}».',
        'Usted ganaría {money}.',
        'La obtiene el primer experto que acepte. Abrir la página no acepta nada: antes puede revisar la conversación.',
      ],
      action: 'Ver la solicitud ahora',
    },
    request_passed: {
      subject: 'Su solicitud de «{service}» está abierta a todos los expertos',
      paragraphs: [
        'Su experto le agradece la solicitud de «{service}» para «{subject}», pero no puede encargarse personalmente.',
        'Ahora está abierta a todos los expertos de la categoría. Le avisaremos en cuanto uno de ellos la acepte; hasta entonces puede retirarla.',
        'Su conversación escrita continúa como antes.',
      ],
      action: 'Abrir la conversación',
    },
    request_accepted: {
      subject: 'Su solicitud de «{service}» ha sido aceptada',
      paragraphs: [
        'Un experto ha aceptado su solicitud de «{service}» para «{subject}». Le hemos cobrado {money}.',
        'Abra la conversación: el experto se pondrá en contacto con usted allí.',
      ],
      action: 'Abrir la conversación',
    },
    request_payment_failed: {
      subject: 'El pago de su solicitud de «{service}» no se ha realizado',
      paragraphs: [
        'Un experto quería aceptar su solicitud de «{service}» para «{subject}», pero el pago de {money} no se ha realizado.',
        'Actualice su medio de pago: la solicitud se abrirá de nuevo a todos los expertos de la categoría. De lo contrario, caducará.',
      ],
      action: 'Actualizar el medio de pago',
    },
    request_expired: {
      subject: 'Su solicitud de «{service}» ha caducado',
      paragraphs: [
        'Su solicitud de «{service}» para «{subject}» no se ha aceptado a tiempo y ha caducado. No se le cobra nada por ella.',
        'Su conversación escrita con su experto continúa.',
      ],
      action: 'Abrir la conversación',
    },
    request_unfulfilled: {
      subject: 'Su experto no ha podido contactar con usted',
      paragraphs: [
        'El experto de «{service}» para «{subject}» lo ha intentado varias veces y no ha podido conectar con usted.',
        'Usted elige cómo continuar: volver a abrir la solicitud, sin ningún cargo adicional, o pedir que le reembolsemos {money}. Atención al cliente también se pondrá en contacto con usted.',
      ],
      action: 'Volver a abrir o pedir el reembolso',
    },
    request_refunded: {
      subject: 'Reembolsado al cliente: {subject}',
      paragraphs: [
        'Se ha reembolsado al cliente «{service}» para «{subject}», que usted había aceptado.',
        'A usted no se le había pagado nada por ello, y no se le pagará nada. Ya no hay nada de lo que informar.',
      ],
      action: 'Abrir la solicitud',
    },
    question_payment_failed: {
      subject: 'El pago de su pregunta no se ha realizado',
      paragraphs: [
        'El pago de su pregunta «{subject}» no se ha realizado.',
        'Actualice su medio de pago para que se pueda pagar a su experto por la respuesta.',
      ],
      action: 'Actualizar el medio de pago',
    },
    offer_proposed: {
      subject: 'Una oferta de su experto: {service}',
      paragraphs: [
        'Su experto en la conversación «{subject}» le ofrece un servicio prémium: «{service}» por {money}.',
        'Solo se le cobra si lo acepta. Abra la conversación para leer qué incluye.',
      ],
      action: 'Abrir la conversación',
    },
    offer_accepted: {
      subject: 'Oferta aceptada: {service}',
      paragraphs: [
        'El cliente de su conversación «{subject}» ha aceptado su oferta «{service}» y se le ha cobrado.',
        'Usted ha ganado {money}. Abra la conversación y comience, por favor.',
      ],
      action: 'Abrir la conversación',
    },
    offer_payment_failed: {
      subject: 'El pago de «{service}» no se ha realizado',
      paragraphs: [
        'Usted ha aceptado la oferta «{service}», pero el pago de {money} no se ha realizado.',
        'La oferta sigue abierta: actualice su medio de pago y acéptela de nuevo.',
      ],
      action: 'Actualizar el medio de pago',
    },
    offer_unable: {
      subject: 'Su experto no puede completar «{service}»',
      paragraphs: [
        'Su experto en la conversación «{subject}» no puede completar «{service}». El motivo: «{reason}».',
        'Atención al cliente está al corriente y se pondrá en contacto con usted. También puede pedir en la conversación un reembolso de {money}.',
      ],
      action: 'Abrir la conversación',
    },
    report_reminder: {
      subject: '{accepted} {subject}: envíe su informe',
      paragraphs: [
        'Usted aceptó «{service}» para «{subject}» y todavía no ha enviado su informe: ¿fue posible conectar?',
        '{until, select, none {Envíe su informe a tiempo} other {Envíe su informe hasta el {until}}}: su parte de {money} se paga con el informe, y sin él no se paga nada.',
      ],
      action: 'Informar ahora',
    },
    report_overdue: {
      subject: 'Informe fuera de plazo: {subject}',
      paragraphs: [
        'El experto que aceptó «{service}» para «{subject}» no ha enviado a tiempo el informe de cumplimiento. No se ha pagado nada.',
        'El soporte para expertos aún puede resolverlo.',
      ],
      action: 'Abrir la solicitud',
    },
    refund_granted: {
      subject: 'Se ha concedido su reembolso',
      paragraphs: [
        'Se ha concedido su reembolso de {about, select, question {la pregunta} other {«{service}» para}} «{subject}», y ya está hecho.',
        'Hemos devuelto {money} al medio de pago con el que pagó. Según su banco, puede tardar algunos días en llegar.',
      ],
      action: 'Abrir la conversación',
    },
    refund_failed: {
      subject: 'No se ha podido hacer su reembolso',
      paragraphs: [
        'No se ha podido hacer su reembolso de {money} por {about, select, question {la pregunta} other {«{service}» para}} «{subject}»: el banco no lo ha aceptado o lo ha devuelto.',
        'No tiene que hacer nada. Hemos informado a Atención al cliente, que se pondrá en contacto con usted.',
      ],
      action: 'Abrir la conversación',
    },
    refund_refused: {
      subject: 'Su solicitud de reembolso',
      paragraphs: [
        'Atención al cliente ha examinado su solicitud de reembolso relativa a «{subject}» y no ha podido concederla.',
        'El motivo: «{reason}».',
      ],
      action: 'Abrir la conversación',
    },
    earnings_reversed: {
      subject: 'Reembolsado al cliente: {subject}',
      paragraphs: [
        'Se ha reembolsado al cliente {about, select, question {la pregunta} other {«{service}» para}} «{subject}».',
        'Se han anulado sus ganancias de {money} por ello; su informe de ganancias muestra lo que queda.',
      ],
      action: 'Abrir la conversación',
    },
    earnings_disputed: {
      subject: 'Pago impugnado por el cliente: {subject}',
      paragraphs: [
        'El cliente ha impugnado ante su banco el pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}», y el banco lo ha retirado.',
        'Sus ganancias de {money} por ello quedan retenidas hasta que se decida. Atención al cliente responde al banco con lo que consta en la conversación.',
      ],
      action: 'Abrir la conversación',
    },
    earnings_restored: {
      subject: 'Sus ganancias vuelven a ser suyas: {subject}',
      paragraphs: [
        'El pago de {about, select, question {la pregunta} other {«{service}» para}} «{subject}» vuelve a estar con nosotros.',
        'Sus ganancias de {money} por ello vuelven a ser suyas; su informe de ganancias las muestra.',
      ],
      action: 'Abrir la conversación',
    },
    dispute_resolved: {
      subject: 'Su reclamación sobre un pago: {subject}',
      paragraphs: [
        'El soporte para expertos ha revisado su reclamación sobre el pago por «{subject}»: {resolution, select, done {el asunto está resuelto} other {no había motivo para cambiar nada}}.',
        'Su informe de ganancias muestra lo que se le ha pagado. Si tiene más preguntas, póngase en contacto con el soporte para expertos.',
      ],
      action: 'Ver de qué se trata',
    },
    care_low_rating: {
      subject: 'Valoración baja: {subject}',
      paragraphs: [
        'El cliente ha valorado la respuesta a «{subject}» con {stars, plural, one {# estrella} other {# estrellas}}.',
        'No se paga al experto hasta que atención al cliente haya resuelto el caso.',
      ],
      action: 'Abrir la pregunta',
    },
    care_not_connected: {
      subject: 'Sin conexión: {subject}',
      paragraphs: [
        'El experto de «{service}» para «{subject}» informa de que no ha podido conectar con el cliente. No se ha pagado nada al experto.',
        'Póngase en contacto con el cliente, que puede volver a abrir la solicitud o pedir el reembolso.',
      ],
      action: 'Abrir la pregunta',
    },
    care_unable_to_complete: {
      subject: 'No se puede completar: {subject}',
      paragraphs: [
        'El experto de «{service}» para «{subject}» no puede completarlo, y ya se ha cobrado al cliente. El motivo: «{reason}».',
        'Póngase en contacto con el cliente, por favor.',
      ],
      action: 'Abrir la pregunta',
    },
    care_refund_failed: {
      subject: 'Reembolso fallido: {subject}',
      paragraphs: [
        'El proveedor de pagos no ha podido hacer el reembolso de «{subject}»: {reason, select, card_closed {la tarjeta está cancelada} disputed {el pago está impugnado} insufficient_funds {el saldo en el proveedor no alcanza} other {lo ha rechazado}}. El dinero está con nosotros.',
        'Póngase en contacto con el cliente. Desde el caso se puede intentar de nuevo el reembolso.',
      ],
      action: 'Abrir la pregunta',
    },
    care_chargeback: {
      subject: '{outcome, select, won {Disputa ganada} lost {Disputa perdida} other {Pago impugnado}}: {subject}',
      paragraphs: [
        '{outcome, select, won {La disputa sobre el pago de «{subject}» ha terminado: el dinero está con nosotros y las ganancias se mantienen.} lost {La disputa sobre el pago de «{subject}» ha terminado: el dinero se queda con el cliente y las ganancias siguen anuladas.} other {El banco del cliente impugna el pago de «{subject}». El motivo que indica: «{reason}».}}',
        '{outcome, select, won {El caso está cerrado.} lost {El caso está cerrado.} other {Puede enviar pruebas al proveedor de pagos hasta el {until}.}}',
      ],
      action: 'Abrir la pregunta',
    },
    care_card_testing: {
      subject: 'Muchas tarjetas rechazadas',
      paragraphs: [
        '{reason, select, address {Desde una misma dirección se han rechazado muchas tarjetas en una hora.} card {Una misma tarjeta se ha rechazado una y otra vez en una hora.} other {A un cliente se le han rechazado muchas tarjetas en una hora.}} Parece que se están probando tarjetas robadas; durante un tiempo se rechazan más intentos.',
        'El último fue para «{subject}».',
      ],
      action: 'Abrir la pregunta',
    },
    care_case_overdue: {
      subject: 'Caso fuera de plazo: {subject}',
      paragraphs: [
        'El caso «{kind, select, personal_information {datos personales} low_rating {valoración baja} unable_to_complete {no se puede completar} not_connected {sin conexión} refund {solicitud de reembolso} refund_failed {reembolso fallido} chargeback {pago impugnado} card_testing {tarjetas rechazadas} other {disputa sobre el pago al experto}}» de «{subject}» no se ha resuelto a tiempo.',
      ],
      action: 'Abrir la pregunta',
    },
  },
  mailFooter: 'Parley ha enviado este mensaje automáticamente. Por favor, no responda a él.',
  unsubscribe: 'Elija sobre qué solicitudes le escribimos',

  otherService: 'Servicio prémium',
  prefixes: { requested: '[Solicitud: {service}]', accepted: '[Solicitud aceptada: {service}]' },
};
