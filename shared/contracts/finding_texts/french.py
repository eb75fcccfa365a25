"""What was found in a document, in French: our own checks. The official rules are beside it."""

TEXTS: dict[str, str] = {
    "XML_DOCTYPE": "Le fichier contient un type de document (DOCTYPE), qui permet d’introduire d’autres fichiers à "
    "la dérobée. Faites exporter la facture sans celui-ci par votre logiciel de facturation.",
    "XML_EMPTY": "Le fichier est vide. Exportez la facture à nouveau et renvoyez-la.",
    "XML_ENCODING": "Le fichier utilise un encodage que nous ne lisons pas. Faites-le enregistrer en UTF-8.",
    "XML_SYNTAX": "Le fichier est endommagé ou n’est pas du XML. Exportez la facture à nouveau ; ouvrir et "
    "enregistrer le fichier dans un autre programme l’abîme souvent.",
    "XML_TEXT_TOO_LONG": "Un texte du fichier est beaucoup trop long. Raccourcissez-le ou mettez-le en annexe.",
    "XML_TOO_LARGE": "Le fichier est trop grand. Retirez des annexes ou réduisez-les.",
    "XML_*": "Le fichier a plus d’éléments qu’aucune facture n’en demande et n’a pas été lu. Demandez à l’éditeur de "
    "votre logiciel de facturation de l’examiner.",
    "XSD_INVALID": "Un élément de la facture manque, se trouve au mauvais endroit ou est mal écrit. "
    "L’éditeur de votre logiciel de facturation peut y remédier.",
    "READER_FAILED": "Le fichier n’a pas pu être lu à temps. Exportez la facture à nouveau ; si cela persiste, "
    "signalez-le-nous.",
    "UBL_ROOT": "Le fichier n’est ni une facture ni une note de crédit en UBL. Envoyez le fichier UBL de la facture "
    "elle-même.",
    "UBL_ID_COUNT": "Une facture doit avoir exactement un numéro. Donnez-lui-en un et renvoyez-la.",
    "UBL_TOTAL_COUNT": "Les totaux doivent figurer exactement une fois dans la facture. Exportez-la à nouveau.",
    "UBL_*": "Le fichier n’est pas construit comme une facture. Exportez la facture à nouveau.",
    "ID_TOO_LONG": "Le numéro de facture compte plus de 100 caractères. Donnez-lui un numéro plus court.",
    "ID_CONTROL_CHARS": "Le numéro de facture contient des caractères invisibles. Tapez-le à nouveau, sans le copier "
    "d’ailleurs.",
    "AMOUNT_MISSING": "Il manque un montant indispensable à toute facture. Exportez la facture à nouveau.",
    "AMOUNT_COUNT": "Un montant qui peut figurer une fois s’y trouve {found} fois. Exportez la facture à nouveau.",
    "AMOUNT_CURRENCY CURRENCY_MISMATCH": "Un montant est en {found}, alors que la facture est en {expected}. Écrivez "
    "tous les montants dans la devise de la facture.",
    "AMOUNT_FORMAT MONEY_*": "« {found} » n’est pas un montant. Écrivez des chiffres avec un point, comme 760.00.",
    "DATE_MISSING": "La facture n’a pas de date. Indiquez la date de facture.",
    "DATE_FORMAT": "« {found} » n’est pas une date. Une date s’écrit année-mois-jour, comme 2026-03-31.",
    "CURRENCY CURRENCY_UNKNOWN": "« {found} » n’est pas une devise. Utilisez ses trois lettres, comme EUR.",
    "PERCENT_FORMAT": "« {found} » n’est pas un pourcentage. Écrivez des chiffres avec un point, comme 21.00.",
    "QUANTITY_FORMAT": "« {found} » n’est pas une quantité. Écrivez des chiffres avec un point, comme 2.5.",
    "ATTACHMENT_BASE64": "Une annexe est endommagée. Elle a été mise de côté ; la facture elle-même suit son chemin. "
    "Joignez le fichier à nouveau si votre comptable en a besoin.",
    "ATTACHMENT_MAGIC": "Une annexe n’est pas le type de fichier qu’elle prétend être. Elle a été mise de côté ; la "
    "facture elle-même suit son chemin. Joignez le bon fichier si votre comptable en a besoin.",
    "ATTACHMENT_MIME": "Une annexe est d’un type qui n’est pas admis avec une facture ({found}). Elle a été mise de "
    "côté ; la facture elle-même suit son chemin. Utilisez PDF, PNG, JPEG, CSV, Excel ou OpenDocument.",
    "ATTACHMENT_*": "Une annexe pose problème. Elle a été mise de côté ; la facture elle-même suit son chemin.",
    "CREDIT_NOTE_REFERENCE": "La note de crédit ne dit pas quelle facture elle corrige. Mentionnez le numéro de "
    "cette facture, afin que votre comptable puisse les rapprocher.",
    "CUSTOMER_NUMBER": "« {found} » n’est pas un numéro belge valable du client. Corrigez-le dans la fiche du client.",
    "CUSTOMER_NUMBERS_DIFFER": "La facture mentionne deux numéros différents du client ({found}). Corrigez la fiche "
    "du client pour qu’ils soient identiques.",
    "DOCUMENT_CONVERTED": "Le document dit avoir été converti à partir d’un papier ou d’un PDF. Comparez ses "
    "montants avec l’original.",
    "DUE_BEFORE_ISSUE": "L’échéance {found} précède la date de facture. Corrigez l’une des deux.",
    "FINDINGS_CAPPED": "Il y a plus à dire que ce qui est affiché ({found}). Corrigez ce qui l’est, puis contrôlez à "
    "nouveau.",
    "IBAN IBAN_MALFORMED IBAN_CHECKSUM": "« {found} » n’est pas un numéro de compte valable. Vérifiez l’IBAN de vos "
    "factures.",
    "IBAN_BANK_UNKNOWN": "Nous ne connaissons pas la banque du compte {found}. Si le compte est le vôtre, vous "
    "n’avez rien à faire.",
    "ISSUE_IN_FUTURE": "La date de facture {found} est loin dans le futur. Vérifiez l’année.",
    "OLDER_VERSION": "Cette version de la facture est arrivée après une plus récente. Votre comptable voit les deux "
    "; dites laquelle compte si ce n’est pas la plus récente.",
    "PDF_MISSING": "La facture ne contient pas de PDF, alors que son format (UBL.BE) le demande. Votre comptable "
    "reçoit un PDF que nous créons ; activez « joindre le PDF » dans votre logiciel de facturation pour envoyer le "
    "vôtre.",
    "PROFILE_LEGACY": "La facture est écrite en e-FFF, un ancien format. Passez à Peppol BIS Billing 3 dans votre "
    "logiciel de facturation.",
    "PROFILE_UNKNOWN": "Nous ne connaissons pas le format que la facture annonce ({found}). Choisissez Peppol BIS "
    "Billing 3 dans votre logiciel de facturation.",
    "REFERENCE_CHECKSUM REFERENCE_MALFORMED": "Il y a une faute de frappe dans la communication structurée {found} : "
    "ses deux derniers chiffres ne correspondent pas. Un paiement ainsi référencé ne sera pas reconnu ; faites-en "
    "créer une nouvelle par votre logiciel de facturation.",
    "REMITTANCE_TEXTS": "La facture demande plus d’une communication de paiement. N’en laissez qu’une, afin que le "
    "paiement soit reconnu.",
    "SUPPLIER_MISMATCH": "La facture émane de {found}, mais cette connexion appartient à {expected}. Envoyez-la par "
    "la connexion de l’entreprise qui l’a établie.",
    "SUPPLIER_NUMBER ENTERPRISE_NUMBER_* ESTABLISHMENT_NUMBER": "« {found} » n’est pas un numéro d’entreprise ou de "
    "TVA valable du fournisseur. Corrigez votre numéro dans votre logiciel de facturation et renvoyez la facture.",
    "SUPPLIER_NUMBERS_DIFFER": "La facture mentionne deux numéros différents du fournisseur ; l’un d’eux est "
    "{found}. Corrigez les données de votre entreprise pour que numéro d’entreprise, numéro de TVA et adresse Peppol "
    "concordent.",
    "SUPPLIER_NUMBER_MISSING": "La facture ne dit pas quelle entreprise l’a établie. Indiquez votre numéro "
    "d’entreprise ou de TVA dans votre logiciel de facturation et renvoyez la facture.",
    "TAX_IN_EUR_MISSING": "La facture est dans une autre devise et ne donne pas la TVA en euros. Ajoutez la TVA en "
    "euros : c’est ainsi que votre comptable doit la déclarer.",
    "VAT_DIFFERENCE": "La TVA est de {found}, alors que le taux donne {expected}. Vérifiez comment votre logiciel de "
    "facturation arrondit.",
    "*": "Un élément de la facture ne respecte pas les règles (trouvé : {found}). L’éditeur de votre logiciel de "
    "facturation peut y remédier.",
}
