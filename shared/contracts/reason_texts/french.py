"""Why something cannot be done, in French."""

TEXTS: dict[str, tuple[str, str, str]] = {
    "enterprise_number_malformed": (
        "Ceci n’est pas un numéro d’entreprise",
        "Un numéro d’entreprise belge compte dix chiffres et commence par 0 ou 1.",
        "Vérifiez le numéro et introduisez-le à nouveau.",
    ),
    "enterprise_number_checksum": (
        "Le numéro d’entreprise contient une faute de frappe",
        "Les deux derniers chiffres ne correspondent pas aux huit premiers. Deux chiffres ont peut-être été "
        "intervertis.",
        "Comparez le numéro avec une facture de l’entreprise et corrigez-le.",
    ),
    "establishment_number": (
        "Ceci est un numéro d’unité d’établissement",
        "Les numéros qui commencent par 2 à 8 désignent un établissement et non l’entreprise elle-même.",
        "Introduisez le numéro d’entreprise, qui commence par 0 ou 1.",
    ),
    "company_unknown": (
        "L’entreprise n’est pas encore connue",
        "Aucun bureau comptable n’a encore enregistré cette entreprise chez nous.",
        "Contactez {contact} et demandez d’ajouter l’entreprise. La connexion se fera ensuite automatiquement.",
    ),
    "company_ceased": (
        "L’entreprise n’existe plus",
        "Selon le registre officiel, cette entreprise a cessé ses activités.",
        "Si ce n’est pas exact, contactez {contact}.",
    ),
    "no_accounting_office": (
        "L’entreprise n’a pas de bureau comptable",
        "Pour l’instant, aucun bureau comptable n’est enregistré pour cette entreprise.",
        "Choisissez un bureau comptable qui travaille avec nous, ou contactez {contact}. Entre-temps, la demande "
        "reste ouverte.",
    ),
    "office_not_a_client": (
        "Le bureau comptable n’est pas encore affilié",
        "Le bureau comptable de cette entreprise n’utilise pas encore notre service.",
        "Demandez au bureau comptable de s’affilier, ou contactez {contact}. La connexion suivra automatiquement.",
    ),
    "email_unknown": (
        "L’adresse e-mail de l’entreprise manque",
        "Nous ne pouvons pas envoyer le code de connexion, car nous n’avons pas d’adresse e-mail de l’entreprise.",
        "Contactez {contact} et demandez d’ajouter l’adresse e-mail. Nous enverrons ensuite le code automatiquement.",
    ),
    "email_unverified": (
        "L’adresse e-mail n’est pas encore confirmée",
        "L’adresse e-mail de l’entreprise doit encore être confirmée avant que nous y envoyions un code.",
        "Contactez {contact} et demandez de confirmer l’adresse e-mail. Nous enverrons ensuite le code "
        "automatiquement.",
    ),
    "email_bounced": (
        "Notre e-mail n’est pas arrivé",
        "Le serveur de messagerie de l’entreprise a refusé notre e-mail ; l’adresse connue n’est sans doute plus "
        "à jour.",
        "Contactez {contact} et demandez de corriger l’adresse e-mail. Nous enverrons ensuite un nouveau code "
        "automatiquement.",
    ),
    "software_not_allowed": (
        "Ce logiciel ne peut pas demander de connexions",
        "Ce logiciel n’est pas enregistré chez nous pour connecter des entreprises.",
        "Demandez à l’éditeur du logiciel de contacter {contact}.",
    ),
    "software_suspended": (
        "Ce logiciel est suspendu",
        "L’accès de ce logiciel est provisoirement arrêté.",
        "Demandez à l’éditeur du logiciel de contacter {contact}. Vous n’avez rien d’autre à faire.",
    ),
    "already_connected": (
        "L’entreprise est déjà connectée",
        "Il existe déjà une connexion active entre cette entreprise et ce logiciel.",
        "Vous pouvez continuer à l’utiliser. Pour obtenir de nouveaux accès, renouvelez la connexion dans votre "
        "logiciel.",
    ),
    "consent_withdrawn": (
        "L’entreprise a mis fin à la connexion",
        "L’entreprise a retiré son consentement ; plus aucun document n’est échangé.",
        "Demandez une nouvelle connexion si l’entreprise souhaite être connectée à nouveau.",
    ),
    "token_invalid": (
        "Ce code n’est pas correct",
        "Nous ne connaissons pas le code introduit. Il manque peut-être un caractère, ou il y a une faute de frappe.",
        "Copiez à nouveau le code de notre e-mail, ou faites envoyer un nouveau code.",
    ),
    "token_expired": (
        "Ce code a expiré",
        "Le code n’a pas été utilisé à temps et n’est plus valable.",
        "Faites envoyer un nouveau code et introduisez-le tout de suite.",
    ),
    "token_used": (
        "Ce code a déjà été utilisé",
        "Un code ne sert qu’une seule fois, et celui-ci a déjà établi une connexion.",
        "Vérifiez si la connexion est active. Sinon, faites envoyer un nouveau code.",
    ),
    "token_superseded": (
        "Il existe un code plus récent",
        "Un autre code a été envoyé après celui-ci ; seul le code le plus récent est valable.",
        "Utilisez le code de notre e-mail le plus récent. Regardez aussi dans vos courriers indésirables.",
    ),
    "token_of_another_software": (
        "Ce code est destiné à un autre logiciel",
        "Le code a été envoyé pour une connexion avec un autre logiciel de facturation et ne fonctionne que là.",
        "Introduisez le code dans le logiciel que nomme l’e-mail, ou faites envoyer un nouveau code d’ici.",
    ),
    "token_locked": (
        "Trop de tentatives erronées",
        "Un code erroné a été introduit trop souvent. Par sécurité, la saisie d’un code est bloquée un moment.",
        "Attendez un moment, puis réessayez avec le code de notre e-mail le plus récent.",
    ),
    "document_invalid": (
        "Le document contient des erreurs",
        "Le document ne respecte pas les règles de la facture électronique et ne peut donc pas être remis.",
        "Corrigez les erreurs indiquées et envoyez le document à nouveau.",
    ),
    "document_too_large": (
        "Le document est trop volumineux",
        "Le document dépasse la taille que nous pouvons accepter.",
        "Réduisez ou supprimez les annexes, puis envoyez le document à nouveau.",
    ),
    "period_closed": (
        "La période est sans doute clôturée",
        "La date du document tombe dans une période que le comptable a peut-être déjà clôturée. Le document est "
        "remis malgré tout.",
        "Prévenez votre comptable si le document doit encore être traité dans cette période.",
    ),
    "seller_mismatch": (
        "La facture est celle d’une autre entreprise",
        "Le vendeur indiqué sur le document n’est pas l’entreprise de cette connexion.",
        "Vérifiez le numéro d’entreprise du vendeur, ou envoyez le document par la bonne connexion.",
    ),
    "already_accepted": (
        "La facture est déjà acceptée",
        "Un document avec le même contenu a déjà été accepté.",
        "Vous n’avez rien à faire : la facture n’est pas remise deux fois.",
    ),
    "sandbox_document": (
        "Ceci est un document de test",
        "Il est arrivé par une connexion de test : il a été lu et jugé utilisable, et personne ne le reçoit.",
        "Vous n’avez rien à faire. Par une vraie connexion, il va au bureau comptable.",
    ),
    "office_changed": (
        "L’entreprise a un nouveau bureau comptable",
        "Désormais, les documents de cette entreprise vont à son nouveau bureau comptable.",
        "Vous n’avez rien à faire ; continuez simplement à envoyer vos documents.",
    ),
    "rate_limited": (
        "Trop de demandes",
        "Trop de demandes sont arrivées en peu de temps.",
        "Patientez un moment ; vous pourrez ensuite continuer.",
    ),
    "temporarily_unavailable": (
        "Momentanément indisponible",
        "Le service ne peut pas répondre pour l’instant. Ce que nous avons déjà reçu est en sécurité.",
        "Réessayez dans quelques instants.",
    ),
}
