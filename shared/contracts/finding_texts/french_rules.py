"""What the rules of EN 16931 and Peppol found, in French."""

TEXTS: dict[str, str] = {
    "BR-01": "La facture ne dit pas quel format elle suit. Activez Peppol BIS Billing 3 dans votre logiciel de "
    "facturation.",
    "BR-02": "La facture n’a pas de numéro. Donnez-lui-en un.",
    "BR-03": "La facture n’a pas de date. Indiquez la date de facture.",
    "BR-04": "Le document ne dit pas s’il est une facture, une note de crédit ou autre chose. Choisissez son type.",
    "BR-05": "La facture n’indique pas sa devise. Choisissez-en une, comme EUR.",
    "BR-06": "Le nom du vendeur manque. Indiquez le nom de votre entreprise dans votre logiciel de facturation.",
    "BR-07": "Le nom du client manque. Indiquez-le dans la fiche du client.",
    "BR-08": "L’adresse du vendeur manque. Indiquez l’adresse de votre entreprise dans votre logiciel de facturation.",
    "BR-09": "Le pays manque dans l’adresse du vendeur. Complétez l’adresse de votre entreprise.",
    "BR-10": "L’adresse du client manque. Complétez la fiche du client.",
    "BR-11": "Le pays manque dans l’adresse du client. Complétez la fiche du client.",
    "BR-12": "Le total des lignes manque. Exportez la facture à nouveau.",
    "BR-13": "Le total hors TVA manque. Exportez la facture à nouveau.",
    "BR-14": "Le total TVA comprise manque. Exportez la facture à nouveau.",
    "BR-15": "Le montant à payer manque. Exportez la facture à nouveau.",
    "BR-16": "La facture n’a pas de lignes. Ajoutez-en au moins une.",
    "BR-17 UBL-SR-19 UBL-SR-20 UBL-SR-21": "Le bénéficiaire doit être nommé, une seule fois, et être un autre que le "
    "vendeur. Retirez-le si l’argent va au vendeur.",
    "BR-18 BR-19 BR-20 BR-56": "Le nom, l’adresse avec son pays ou le numéro de TVA du représentant fiscal manque. "
    "Complétez, ou retirez le représentant.",
    "BR-21": "Une ligne n’a pas de numéro. Numérotez les lignes.",
    "BR-22": "Une ligne n’a pas de quantité. Indiquez-la.",
    "BR-23": "La quantité d’une ligne n’a pas d’unité. Choisissez-en une, comme pièce ou heure.",
    "BR-24": "Une ligne n’a pas de montant. Indiquez le prix et la quantité.",
    "BR-25": "Une ligne ne dit pas ce qui a été vendu. Donnez un nom à l’article ou au service.",
    "BR-26": "Une ligne n’a pas de prix. Indiquez-le.",
    "BR-27": "Une ligne a un prix négatif ({found}). Rendez plutôt la quantité négative, ou établissez une note de "
    "crédit.",
    "BR-28": "Une ligne a un prix brut négatif ({found}). Un prix est nul ou positif.",
    "BR-29 BR-30": "Une période se termine ({found}) avant de commencer ({expected}). Corrigez les dates.",
    "BR-31 BR-36 BR-41 BR-43": "Une remise ou un supplément n’a pas de montant. Indiquez-le.",
    "BR-32 BR-37": "Une remise ou un supplément sur toute la facture n’a pas de catégorie de TVA. Choisissez la TVA "
    "qui s’y applique.",
    "BR-33 BR-38 BR-42 BR-44 BR-CO-21 BR-CO-22 BR-CO-23 BR-CO-24": "Une remise ou un supplément n’a pas de motif. "
    "Dites en quelques mots à quoi il correspond.",
    "BR-45 BR-46": "Il manque un montant dans le récapitulatif de TVA. Exportez la facture à nouveau.",
    "BR-47": "Une partie du récapitulatif de TVA n’a pas de catégorie. Choisissez à nouveau le code TVA des lignes.",
    "BR-48": "Une partie du récapitulatif de TVA n’a pas de taux. Choisissez à nouveau le code TVA des lignes.",
    "BR-49": "Le moyen de paiement manque. Choisissez comment la facture doit être payée, par exemple par virement.",
    "BR-50 BR-61": "La facture demande un virement mais n’indique pas de numéro de compte. Indiquez votre IBAN.",
    "BR-51": "Le numéro d’une carte de paiement figure en entier dans la facture. N’en montrez que les derniers "
    "chiffres.",
    "BR-52": "Un document auquel la facture renvoie n’a pas d’identifiant. Donnez-lui un nom ou un numéro.",
    "BR-53": "La facture annonce une seconde devise pour la TVA, mais pas la TVA dans celle-ci. Ajoutez-la, ou "
    "retirez la devise.",
    "BR-54": "Il manque le nom ou la valeur d’une propriété d’un article. Complétez.",
    "BR-55 UBL-SR-07": "La facture renvoie à une facture antérieure sans son numéro. Ajoutez le numéro.",
    "BR-57": "Le pays manque dans l’adresse de livraison. Complétez l’adresse.",
    "BR-62 BR-63": "Une adresse électronique ne dit pas de quel type elle est. Indiquez l’adresse Peppol en entier, "
    "comme 0208:0403170701.",
    "BR-64 BR-65": "Le numéro ou la classification d’un article ne dit pas de quelle liste il vient. Nommez la "
    "liste, ou retirez le numéro.",
    "BR-CO-03": "La facture donne à la fois une date et un code pour l’exigibilité de la TVA. N’en laissez qu’un.",
    "BR-CO-04": "Une ligne n’a pas de catégorie de TVA. Choisissez son taux, ou la raison pour laquelle il n’y en a "
    "pas.",
    "BR-CO-09": "Le numéro de TVA {found} ne commence pas par les lettres de son pays. Écrivez BE devant un numéro "
    "belge.",
    "BR-CO-10": "Les lignes ne concordent pas : leur total est {found}, leur somme {expected}. Faites recalculer la "
    "facture par votre logiciel de facturation.",
    "BR-CO-11": "Le total des remises est {found}, leur somme {expected}. Faites recalculer la facture par votre "
    "logiciel de facturation.",
    "BR-CO-12": "Le total des suppléments est {found}, leur somme {expected}. Faites recalculer la facture par votre "
    "logiciel de facturation.",
    "BR-CO-13": "Le total hors TVA est {found} ; lignes moins remises plus suppléments donnent {expected}. Faites "
    "recalculer la facture par votre logiciel de facturation.",
    "BR-CO-14": "La TVA totale est {found} ; les montants par taux font ensemble {expected}. Vérifiez comment votre "
    "logiciel de facturation arrondit la TVA.",
    "BR-CO-15": "Le total TVA comprise est {found} ; il doit être le total hors TVA plus la TVA ({expected}). "
    "Vérifiez comment votre logiciel de facturation arrondit.",
    "BR-CO-15~": "Le total TVA comprise ne peut être comparé : le total hors TVA ou la TVA dans la devise de la "
    "facture manque ou figure plus d’une fois. Exportez la facture à nouveau.",
    "BR-CO-16": "Le montant à payer est {found} ; après acomptes et arrondi il devrait être {expected}. Vérifiez les "
    "acomptes et l’arrondi.",
    "BR-CO-17": "La TVA d’un taux est {found} ; le taux donne {expected}. Faites calculer la TVA sur le total de "
    "chaque taux par votre logiciel de facturation.",
    "BR-CO-18": "La facture n’a pas de récapitulatif de TVA. Il en faut un même si aucune TVA n’est due.",
    "BR-CO-19 BR-CO-20": "Une période n’a ni début ni fin. Indiquez une date, ou retirez la période.",
    "BR-CO-26": "La facture n’indique aucun numéro du vendeur. Indiquez votre numéro d’entreprise ou de TVA.",
    "BR-CL-01": "Le type {found} ne convient pas à ce document. Utilisez 380 pour une facture, 381 pour une note de "
    "crédit.",
    "BR-CL-03 BR-CL-04 BR-CL-05 PEPPOL-EN16931-CL007": "« {found} » n’est pas une devise. Utilisez ses trois "
    "lettres, comme EUR.",
    "BR-CL-10 BR-CL-11 BR-CL-21 BR-CL-26": "« {found} » n’est pas un type de numéro connu. Pour un numéro "
    "d’entreprise belge, c’est 0208.",
    "BR-CL-14 BR-CL-15": "« {found} » n’est pas un code de pays. Utilisez deux lettres, comme BE au lieu de Belgique.",
    "BR-CL-16": "« {found} » n’est pas un moyen de paiement connu. Pour un virement c’est 30, pour SEPA 58.",
    "BR-CL-17 BR-CL-18": "« {found} » n’est pas une catégorie de TVA. Choisissez à nouveau le code TVA de la ligne.",
    "BR-CL-19 BR-CL-20 PEPPOL-EN16931-CL002 PEPPOL-EN16931-CL003": "« {found} » n’est pas un code connu de remise ou "
    "de supplément. Retirez le code et donnez le motif en mots.",
    "BR-CL-22": "« {found} » n’est pas un code connu d’exonération de TVA. Retirez le code et donnez le motif en mots.",
    "BR-CL-23": "« {found} » n’est pas une unité connue. Choisissez-en une dans la liste de votre logiciel de "
    "facturation, comme C62 (pièce).",
    "BR-CL-24 PEPPOL-EN16931-CL001": "Une annexe est d’un type qui n’est pas admis avec une facture ({found}). "
    "Utilisez PDF, PNG, JPEG, CSV, Excel ou OpenDocument.",
    "BR-CL-25 PEPPOL-EN16931-CL008": "« {found} » n’est pas un type connu d’adresse électronique. Pour une "
    "entreprise belge, c’est 0208.",
    "BR-CL-* PEPPOL-EN16931-CL*": "« {found} » ne figure pas dans la liste de codes prévue. Choisissez-en un autre, "
    "ou retirez-le.",
    "AMOUNT_DECIMALS BR-DEC-* UBL-DT-01": "Un montant a plus de deux décimales ({found}). Faites arrondir au centime "
    "par votre logiciel de facturation.",
    "UBL-DT-06 UBL-DT-07": "Il manque le nom de fichier ou le type d’une annexe. Joignez le fichier à nouveau.",
    "UBL-SR-12 UBL-SR-13 UBL-SR-18 UBL-SR-42": "La facture indique plus d’un numéro de TVA de la même partie. N’en "
    "laissez qu’un.",
    "UBL-SR-44": "La facture demande plus d’une communication de paiement ({found}). N’en laissez qu’une, afin que "
    "le paiement soit reconnu.",
    "UBL-SR-47": "La facture indique des moyens de paiement différents ({found}). Choisissez-en un.",
    "UBL-SR-48": "Une ligne doit avoir exactement une catégorie de TVA, ici ce n’est pas le cas ({found}). "
    "Choisissez à nouveau la TVA de la ligne.",
    "UBL-SR-53": "Un numéro fiscal figure sans dire pour quelle taxe, ou l’inverse. Complétez les données de votre "
    "entreprise.",
    "UBL-SR-*": "Un élément figure dans la facture plus souvent que permis ({found}). N’en laissez qu’un.",
    "UBL-CR-* UBL-DT-*": "La facture contient un élément que son format ne connaît pas ; d’autres pourraient ne pas "
    "le lire. Vous n’avez rien à faire si le reste est correct.",
    "BR-VAT-01": "La catégorie de TVA {category} n’est pas la même sur les lignes et dans le récapitulatif de TVA. "
    "Faites recalculer la facture par votre logiciel de facturation.",
    "BR-VAT-02 BR-VAT-03 BR-VAT-04": "Avec la catégorie de TVA {category}, les numéros de TVA du vendeur ou du "
    "client ne sont pas comme il faut. Complétez-les ou corrigez-les ; « hors TVA » (O) n’en admet pas.",
    "BR-VAT-05 BR-VAT-06 BR-VAT-07": "Le taux de TVA « {found} » ne convient pas à la catégorie de TVA {category}. "
    "Choisissez à nouveau le code TVA de la ligne, de la remise ou du supplément.",
    "BR-VAT-08": "La base de la TVA de catégorie {category} est {found} ; les lignes donnent {expected}. Faites "
    "recalculer la facture par votre logiciel de facturation.",
    "BR-VAT-09": "La TVA de catégorie {category} est {found} ; elle devrait être {expected}. Vérifiez comment votre "
    "logiciel de facturation arrondit la TVA.",
    "BR-VAT-10": "Avec la catégorie de TVA {category}, la facture doit dire pourquoi la TVA n’est pas facturée. "
    "Ajoutez le motif d’exonération.",
    "BR-S-10 BR-Z-10 BR-AF-10 BR-AG-10": "Avec la catégorie de TVA {category}, la facture ne peut donner aucun motif "
    "d’exonération. Retirez-le, ou choisissez de nouveau le code TVA.",
    "BR-IC-11": "Pour une livraison dans l’Union, le jour de livraison ou une période manque. Indiquez-le.",
    "BR-IC-12": "Pour une livraison dans l’Union, le pays de livraison manque. Indiquez-le.",
    "BR-O-11 BR-O-12 BR-O-13 BR-O-14": "La facture mélange « hors TVA » et la catégorie de TVA {found}. Faites-en "
    "deux factures, ou choisissez les bons codes TVA.",
    "BR-B-*": "La catégorie de TVA B est réservée à l’Italie. Choisissez à nouveau le code TVA des lignes.",
    "PEPPOL-EN16931-R001 PEPPOL-EN16931-R007": "La facture n’indique pas le processus Peppol auquel elle appartient. "
    "Vérifiez les réglages Peppol de votre logiciel de facturation.",
    "PEPPOL-EN16931-R002": "La facture a plus d’une remarque. Réunissez-les en une seule.",
    "PEPPOL-EN16931-R003": "La référence du client et le numéro de commande manquent tous deux. Indiquez l’un des "
    "deux ; le nom du client suffit.",
    "PEPPOL-EN16931-R004": "Le format annoncé n’est pas celui de Peppol BIS Billing 3 ({found}). Vérifiez les "
    "réglages Peppol de votre logiciel de facturation.",
    "PEPPOL-EN16931-R005": "La seconde devise pour la TVA est celle de la facture ({found}). Retirez-la.",
    "PEPPOL-EN16931-R008": "Un champ est présent mais vide. Remplissez-le ou retirez-le.",
    "PEPPOL-EN16931-R010": "L’adresse Peppol du client manque. Indiquez-la si la facture doit passer par Peppol.",
    "PEPPOL-EN16931-R020": "L’adresse Peppol du vendeur manque. Indiquez-la dans les données de votre entreprise.",
    "PEPPOL-EN16931-R040": "Une remise ou un supplément est de {found} ; son pourcentage donne {expected}. Corrigez "
    "l’un des deux.",
    "PEPPOL-EN16931-R041 PEPPOL-EN16931-R042": "Une remise ou un supplément donne un pourcentage sans sa base, ou "
    "l’inverse. Donnez les deux ou aucun.",
    "PEPPOL-EN16931-R043 PEPPOL-EN16931-R044": "On ne sait pas si un montant est une remise ou un supplément "
    "({found}). Saisissez-le à nouveau.",
    "PEPPOL-EN16931-R046": "Un prix net est de {found} ; le prix brut moins la remise donne {expected}. Corrigez le "
    "prix.",
    "PEPPOL-EN16931-R051": "Un montant est en {found}, alors que la facture est en {expected}. Écrivez tous les "
    "montants dans la devise de la facture.",
    "PEPPOL-EN16931-R053 PEPPOL-EN16931-R054": "Le récapitulatif de TVA ne figure pas exactement une fois ({found}). "
    "Un second total de TVA est réservé à une seconde devise.",
    "PEPPOL-EN16931-R055": "La TVA doit avoir le même signe dans les deux devises. Corrigez l’une des deux.",
    "PEPPOL-EN16931-R061": "Pour une domiciliation, le mandat manque. Indiquez le numéro du mandat.",
    "PEPPOL-EN16931-R110 PEPPOL-EN16931-R111": "La période d’une ligne ({found}) dépasse celle de la facture "
    "({expected}). Corrigez les dates.",
    "PEPPOL-EN16931-R120": "Le montant d’une ligne est de {found} ; quantité, prix et remises donnent {expected}. "
    "Vérifiez le prix, la remise et l’arrondi.",
    "PEPPOL-EN16931-R121": "Un prix vaut pour {found} pièces ; ce nombre doit dépasser zéro. Corrigez le prix.",
    "PEPPOL-EN16931-R130": "Le prix vaut par unité {found}, la quantité est en unité {expected}. Utilisez la même "
    "unité.",
    "PEPPOL-EN16931-P0100 PEPPOL-EN16931-P0101": "Le type {found} n’est pas admis sur Peppol pour ce document. "
    "Utilisez 380 pour une facture, 381 pour une note de crédit, 389 ou 261 pour l’autofacturation.",
    "PEPPOL-EN16931-P0112": "Le type {found} est réservé aux factures entre entreprises allemandes. Utilisez 380.",
    "PEPPOL-EN16931-P*": "Le motif d’exonération appartient à la catégorie de TVA {expected}, non à {found}. "
    "Choisissez à nouveau le code TVA.",
    "PEPPOL-EN16931-F001": "« {found} » n’est pas une date. Une date s’écrit année-mois-jour, comme 2026-03-31.",
    "PEPPOL-COMMON-R043": "Le numéro d’entreprise belge « {found} » est faux. Écrivez dix chiffres sans BE et sans "
    "points, comme 0403170701.",
    "PEPPOL-COMMON-*": "Le numéro « {found} » n’a pas la forme ou le chiffre de contrôle de son type. Corrigez-le.",
    "PEPPOL-*": "La facture ne respecte pas une règle de Peppol (trouvé : {found}). L’éditeur de votre logiciel de "
    "facturation peut y remédier.",
}
