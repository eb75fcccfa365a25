"""verification - may this company be connected? It owns the directory of companies, offices and softwares.

Decides    whether a request can go on: the company is known, has not ceased, is served today by an office
           that is a client, and has an e-mail address that works; otherwise why not, whom to contact, and
           until when the request waits.
Consumes   connection.requested, connection.activated, connection.revoked, mail.bounced.
Publishes  connection.verified, connection.blocked, connection.refused, connection.expired,
           connection.office_changed; full snapshots on company.changed, office.changed,
           software.changed.
Owns       companies, office periods, mandates, offices, softwares and their keys' digests, the requests and
           their answers. E-mail addresses stand in its tables only; they leave sealed to token_mailer.
           The register of enterprises (KBO/BCE Open Data) if it is loaded: names, and who has ceased.
"""
