"""Why something cannot be done, in German."""

TEXTS: dict[str, tuple[str, str, str]] = {
    "enterprise_number_malformed": (
        "Das ist keine Unternehmensnummer",
        "Eine belgische Unternehmensnummer hat zehn Ziffern und beginnt mit 0 oder 1.",
        "Prüfen Sie die Nummer und geben Sie sie erneut ein.",
    ),
    "enterprise_number_checksum": (
        "Die Unternehmensnummer enthält einen Tippfehler",
        "Die letzten zwei Ziffern passen nicht zu den ersten acht. Vielleicht wurden zwei Ziffern vertauscht.",
        "Vergleichen Sie die Nummer mit einer Rechnung des Unternehmens und berichtigen Sie sie.",
    ),
    "establishment_number": (
        "Das ist eine Niederlassungsnummer",
        "Nummern, die mit 2 bis 8 beginnen, gehören zu einer Niederlassung und nicht zum Unternehmen selbst.",
        "Geben Sie die Unternehmensnummer ein; sie beginnt mit 0 oder 1.",
    ),
    "company_unknown": (
        "Das Unternehmen ist noch nicht bekannt",
        "Noch keine Buchhaltungskanzlei hat dieses Unternehmen bei uns angemeldet.",
        "Wenden Sie sich an {contact} und bitten Sie darum, das Unternehmen hinzuzufügen. Danach kommt die "
        "Verbindung von selbst zustande.",
    ),
    "company_ceased": (
        "Das Unternehmen besteht nicht mehr",
        "Laut dem amtlichen Register hat dieses Unternehmen seine Tätigkeit eingestellt.",
        "Falls das nicht stimmt, wenden Sie sich an {contact}.",
    ),
    "no_accounting_office": (
        "Das Unternehmen hat keine Buchhaltungskanzlei",
        "Zurzeit ist keine Buchhaltungskanzlei bekannt, die für dieses Unternehmen arbeitet.",
        "Wählen Sie eine Buchhaltungskanzlei, die mit uns zusammenarbeitet, oder wenden Sie sich an {contact}. Die "
        "Anfrage bleibt inzwischen offen.",
    ),
    "office_not_a_client": (
        "Die Buchhaltungskanzlei ist noch nicht angeschlossen",
        "Die Buchhaltungskanzlei dieses Unternehmens nutzt unseren Dienst noch nicht.",
        "Bitten Sie die Buchhaltungskanzlei, sich anzuschließen, oder wenden Sie sich an {contact}. Die Verbindung "
        "folgt dann von selbst.",
    ),
    "email_unknown": (
        "Die E-Mail-Adresse des Unternehmens fehlt",
        "Wir können den Verbindungscode nicht senden, denn wir haben keine E-Mail-Adresse des Unternehmens.",
        "Wenden Sie sich an {contact} und bitten Sie darum, die E-Mail-Adresse hinzuzufügen. Danach senden wir den "
        "Code von selbst.",
    ),
    "email_unverified": (
        "Die E-Mail-Adresse ist noch nicht bestätigt",
        "Die E-Mail-Adresse des Unternehmens muss noch bestätigt werden, bevor wir einen Code dorthin senden.",
        "Wenden Sie sich an {contact} und bitten Sie darum, die E-Mail-Adresse zu bestätigen. Danach senden wir den "
        "Code von selbst.",
    ),
    "email_bounced": (
        "Unsere E-Mail ist nicht angekommen",
        "Der Mailserver des Unternehmens hat unsere E-Mail abgelehnt; die bekannte Adresse ist wohl veraltet.",
        "Wenden Sie sich an {contact} und bitten Sie darum, die E-Mail-Adresse zu berichtigen. Danach senden wir "
        "von selbst einen neuen Code.",
    ),
    "software_not_allowed": (
        "Diese Software darf keine Verbindungen anfragen",
        "Diese Software ist bei uns nicht dafür registriert, Unternehmen zu verbinden.",
        "Bitten Sie den Hersteller der Software, sich an {contact} zu wenden.",
    ),
    "software_suspended": (
        "Diese Software ist gesperrt",
        "Der Zugang dieser Software ist vorläufig gesperrt.",
        "Bitten Sie den Hersteller der Software, sich an {contact} zu wenden. Sie selbst müssen nichts tun.",
    ),
    "already_connected": (
        "Das Unternehmen ist bereits verbunden",
        "Zwischen diesem Unternehmen und dieser Software besteht bereits eine aktive Verbindung.",
        "Sie können damit einfach weiterarbeiten. Für neue Zugangsdaten erneuern Sie die Verbindung in Ihrer Software.",
    ),
    "consent_withdrawn": (
        "Das Unternehmen hat die Verbindung beendet",
        "Das Unternehmen hat seine Zustimmung zurückgezogen; es werden keine Dokumente mehr ausgetauscht.",
        "Fragen Sie eine neue Verbindung an, wenn das Unternehmen wieder verbunden werden möchte.",
    ),
    "token_invalid": (
        "Dieser Code ist nicht richtig",
        "Wir kennen den eingegebenen Code nicht. Vielleicht fehlt ein Zeichen oder es liegt ein Tippfehler vor.",
        "Kopieren Sie den Code noch einmal aus unserer E-Mail oder lassen Sie einen neuen Code senden.",
    ),
    "token_expired": (
        "Dieser Code ist abgelaufen",
        "Der Code wurde nicht rechtzeitig verwendet und ist nicht mehr gültig.",
        "Lassen Sie einen neuen Code senden und geben Sie ihn gleich ein.",
    ),
    "token_used": (
        "Dieser Code wurde bereits verwendet",
        "Ein Code gilt nur einmal, und mit diesem wurde bereits eine Verbindung hergestellt.",
        "Prüfen Sie, ob die Verbindung aktiv ist. Wenn nicht, lassen Sie einen neuen Code senden.",
    ),
    "token_superseded": (
        "Es gibt einen neueren Code",
        "Nach diesem Code wurde ein neuerer gesendet; nur der neueste Code ist gültig.",
        "Verwenden Sie den Code aus unserer neuesten E-Mail. Sehen Sie auch im Spam-Ordner nach.",
    ),
    "token_of_another_software": (
        "Dieser Code gilt für eine andere Software",
        "Der Code wurde für die Verbindung mit einer anderen Rechnungssoftware gesendet und gilt nur dort.",
        "Geben Sie den Code in der Software ein, die die E-Mail nennt, oder lassen Sie von hier einen neuen senden.",
    ),
    "token_locked": (
        "Zu viele falsche Versuche",
        "Es wurde zu oft ein falscher Code eingegeben. Zu Ihrem Schutz ist die Eingabe für kurze Zeit gesperrt.",
        "Warten Sie einen Augenblick und versuchen Sie es mit dem Code aus unserer neuesten E-Mail noch einmal.",
    ),
    "document_invalid": (
        "Das Dokument enthält Fehler",
        "Das Dokument entspricht nicht den Regeln für elektronische Rechnungen und kann nicht zugestellt werden.",
        "Berichtigen Sie die angegebenen Fehler und senden Sie das Dokument erneut.",
    ),
    "document_too_large": (
        "Das Dokument ist zu groß",
        "Das Dokument ist größer, als wir annehmen können.",
        "Verkleinern Sie die Anlagen oder lassen Sie sie weg und senden Sie das Dokument erneut.",
    ),
    "period_closed": (
        "Der Zeitraum ist vermutlich abgeschlossen",
        "Das Datum des Dokuments liegt in einem Zeitraum, den der Buchhalter vielleicht schon abgeschlossen hat. "
        "Das Dokument wird trotzdem zugestellt.",
        "Sagen Sie Ihrem Buchhalter Bescheid, wenn das Dokument noch in diesen Zeitraum gehört.",
    ),
    "seller_mismatch": (
        "Die Rechnung gehört zu einem anderen Unternehmen",
        "Der Verkäufer auf dem Dokument ist nicht das Unternehmen dieser Verbindung.",
        "Prüfen Sie die Unternehmensnummer des Verkäufers oder senden Sie das Dokument über die richtige Verbindung.",
    ),
    "already_accepted": (
        "Die Rechnung wurde bereits angenommen",
        "Ein Dokument mit demselben Inhalt wurde bereits angenommen.",
        "Sie müssen nichts tun: Die Rechnung wird nicht zweimal zugestellt.",
    ),
    "sandbox_document": (
        "Dies ist ein Testdokument",
        "Es kam über eine Testverbindung: Es wurde gelesen und für brauchbar befunden, und niemand erhält es.",
        "Sie müssen nichts tun. Über eine echte Verbindung geht es an die Buchhaltungskanzlei.",
    ),
    "office_changed": (
        "Das Unternehmen hat eine neue Buchhaltungskanzlei",
        "Ab jetzt gehen die Dokumente dieses Unternehmens an seine neue Buchhaltungskanzlei.",
        "Sie müssen nichts tun; senden Sie Ihre Dokumente einfach weiter.",
    ),
    "rate_limited": (
        "Zu viele Anfragen",
        "In kurzer Zeit sind zu viele Anfragen eingegangen.",
        "Warten Sie einen Augenblick; danach können Sie fortfahren.",
    ),
    "temporarily_unavailable": (
        "Vorübergehend nicht verfügbar",
        "Der Dienst kann zurzeit nicht antworten. Was wir bereits erhalten haben, ist sicher.",
        "Versuchen Sie es in wenigen Augenblicken noch einmal.",
    ),
}
