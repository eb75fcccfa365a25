"""Offices keep their own clients over HTTP, one by one and by lists; the operator keeps everybody's."""

from services.verification.domain.requests import Request
from services.verification.ports import ClientsImported, CompanyTouched
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug

AN, BEA, CAS = "0010.080.080", "0010.080.179", "0010.080.278"
ACCOUNT, OTHER = "BE68539007547034", "BE71096123456769"
CLIENTS = "/v1/directory/clients"
CSV = {"Content-Type": "text/csv"}
LIST = f"""Ondernemingsnummer;Naam;Taal;E-mail;Klantcode;Rekeningen;Stad
{AN};Bakkerij Ân;fr;an@example.be;'=1+1;{ACCOUNT};Gent
{BEA};Bea BV;nl;;;;
"""


async def offices(http):
    for office in ("janssens", "dupont"):
        body = {"name": office.title()}
        await http.client.put(f"/v1/directory/offices/{office}", json=body, headers=http.keys.operator)


async def put(http, key, number=AN, query="", **entry):
    body = {"name": "Bakkerij An", "language": "fr"} | entry
    return await http.client.put(f"{CLIENTS}/{number}{query}", json=body, headers=key)


async def handed_in(http, key, text, query="", **headers):
    content = text.encode() if isinstance(text, str) else text
    return await http.client.post(f"{CLIENTS}/import{query}", content=content, headers=key | CSV | headers)


def touched(runtime):
    return [one.task.enterprise_number for one in runtime.consequences if isinstance(one.task, CompanyTouched)]


def imported(runtime):
    return [one.task.enterprise_numbers for one in runtime.consequences if isinstance(one.task, ClientsImported)]


async def test_an_office_adds_a_client_and_the_same_again_changes_nothing(http, runtime):
    await offices(http)
    entry = {"email": "an@example.be", "client_code": "C1", "mandates": [{"iban": ACCOUNT, "since": "2026-01-01"}]}
    added = await put(http, http.keys.janssens, **entry)
    assert added.status_code == 201, added.text
    assert added.json()["offices"] == [
        {"office_id": "janssens", "since": "2026-11-02", "until": None, "client_code": "C1"}
    ]
    assert (added.json()["masked_email"], added.json()["client_code"]) == ("a***@e***.be", "C1")
    again = await put(http, http.keys.janssens, **entry)
    assert (again.status_code, again.json()) == (200, added.json())
    changed = await put(http, http.keys.janssens, **entry | {"client_code": " C\t2 "})
    assert changed.json()["client_code"] == "C 2"
    assert touched(runtime) == ["0010080080", "0010080080"]


async def test_a_company_that_another_office_serves_is_refused_without_naming_the_office(http, runtime):
    await offices(http)
    await put(http, http.keys.janssens)
    refused = await put(http, http.keys.dupont, name="Mine")
    assert (refused.status_code, refused.json()["code"]) == (409, "company_served_by_another_office")
    assert "janssens" not in refused.text
    assert touched(runtime) == ["0010080080"]
    assert runtime.shelf.companies["0010080080"].name == "Bakkerij An"
    assert (await http.client.get(f"{CLIENTS}/{AN}", headers=http.keys.dupont)).status_code == 404


async def test_the_operator_moves_a_company_from_a_day_on(http, runtime):
    await offices(http)
    await put(http, http.keys.janssens, client_code="J7")
    move = {"office_id": "dupont", "since": "2026-12-01"}
    for _ in range(2):
        moved = await http.client.put(f"{CLIENTS}/{AN}/office", json=move, headers=http.keys.operator)
        assert moved.status_code == 200, moved.text
        assert moved.json()["offices"] == [
            {"office_id": "janssens", "since": "2026-11-02", "until": "2026-12-01", "client_code": "J7"},
            {"office_id": "dupont", "since": "2026-12-01", "until": None, "client_code": ""},
        ]
        assert moved.json()["client_code"] == "", "the code is the office's before"
    assert len(touched(runtime)) == 2
    assert (await http.client.put(f"{CLIENTS}/{AN}/office", json=move, headers=http.keys.dupont)).status_code == 403
    unknown = await http.client.put(f"{CLIENTS}/{BEA}/office", json=move, headers=http.keys.operator)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "company_unknown")
    coded = {**move, "client_code": "D1"}
    moved = await http.client.put(f"{CLIENTS}/{AN}/office", json=coded, headers=http.keys.operator)
    assert [each["client_code"] for each in moved.json()["offices"]] == ["J7", "D1"]
    mended = await http.client.patch(f"{CLIENTS}/{AN}", json={"client_code": "J8"}, headers=http.keys.janssens)
    assert (mended.json()["client_code"], len(mended.json()["offices"])) == ("J8", 1)
    seen = (await http.client.get(f"{CLIENTS}/{AN}", headers=http.keys.operator)).json()
    assert [each["client_code"] for each in seen["offices"]] == ["J8", "D1"]


async def test_an_office_ends_its_own_client_and_another_may_take_it_up(http, runtime):
    await offices(http)
    await put(http, http.keys.janssens, since="2025-01-01")
    path = f"{CLIENTS}/{AN}/end"
    past = await http.client.post(path, json={"until": "2026-11-01"}, headers=http.keys.janssens)
    assert (past.status_code, past.json()["code"]) == (422, "until_past")
    foreign = await http.client.post(path, json={}, headers=http.keys.dupont)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "company_unknown")
    ended = await http.client.post(path, json={}, headers=http.keys.janssens)
    assert ended.status_code == 204, ended.text
    assert (await http.client.get(f"{CLIENTS}/{AN}", headers=http.keys.janssens)).status_code == 404
    taken = await put(http, http.keys.dupont, name="An bij Dupont")
    assert (taken.status_code, taken.json()["name"]) == (200, "An bij Dupont")
    assert len(touched(runtime)) == 3


async def test_an_office_speaks_for_itself_only_and_the_operator_says_for_whom(http):
    await offices(http)
    foreign = await put(http, http.keys.dupont, office_id="janssens")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "office_unknown")
    for office_id, code in ((None, "office_missing"), ("nobody", "office_unknown")):
        refused = await put(http, http.keys.operator, office_id=office_id)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await put(http, http.keys.operator, office_id="dupont")).status_code == 201
    assert (await put(http, http.keys.robaws)).status_code == 403
    ahead = await put(http, http.keys.dupont, since="2026-11-03")
    assert (ahead.status_code, ahead.json()["code"]) == (422, "since_ahead")


async def test_an_account_of_another_company_is_refused_unless_the_operator_decides(http, runtime):
    await offices(http)
    mandates = [{"iban": ACCOUNT, "since": "2026-01-01"}]
    await put(http, http.keys.janssens, mandates=mandates)
    later = [{"iban": ACCOUNT, "since": "2026-06-01"}]
    refused = await put(http, http.keys.dupont, BEA, mandates=later)
    assert (refused.status_code, refused.json()["code"]) == (409, "mandate_of_another_company")
    greedy = await put(http, http.keys.dupont, BEA, "?take_accounts=true", mandates=later)
    assert (greedy.status_code, greedy.json()["code"]) == (403, "operators_only")
    before = len(touched(runtime))
    path = f"/v1/directory/companies/{BEA}"
    body = {"name": "Bea", "mandates": later}
    assert (await http.client.put(path, json=body, headers=http.keys.operator)).status_code == 409
    assert (
        await http.client.put(f"{path}?take_accounts=true", json=body, headers=http.keys.operator)
    ).status_code == 200
    assert touched(runtime)[before:] == ["0010080080", "0010080179"]
    left = await http.client.get(f"{CLIENTS}/{AN}", headers=http.keys.janssens)
    assert left.json()["mandates"] == [{"iban": ACCOUNT, "since": "2026-01-01", "until": "2026-06-01"}]


async def test_the_operators_entry_of_two_offices_at_once_is_refused(http):
    await offices(http)
    periods = [{"office_id": "janssens", "since": "2020-01-01"}, {"office_id": "dupont", "since": "2021-01-01"}]
    body = {"name": "An", "offices": periods}
    refused = await http.client.put(f"/v1/directory/companies/{AN}", json=body, headers=http.keys.operator)
    assert (refused.status_code, refused.json()["code"]) == (422, "periods_overlap")


async def test_an_entry_that_is_put_again_publishes_nothing(http, runtime):
    await offices(http)
    body = {"name": "An", "email": "an@example.be", "offices": [{"office_id": "janssens", "since": "2020-01-01"}]}
    for _ in range(3):
        assert (
            await http.client.put(f"/v1/directory/companies/{AN}", json=body, headers=http.keys.operator)
        ).is_success
    assert (await http.client.patch(f"{CLIENTS}/{AN}", json={"name": "An"}, headers=http.keys.janssens)).is_success
    assert touched(runtime) == ["0010080080"]


async def test_clients_are_listed_page_after_page_each_office_its_own(http):
    await offices(http)
    for number, key in ((AN, http.keys.janssens), (CAS, http.keys.janssens), (BEA, http.keys.dupont)):
        await put(http, key, number)

    async def listed(key, query=""):
        page = (await http.client.get(f"{CLIENTS}{query}", headers=key)).json()
        return [each["enterprise_number"] for each in page["clients"]], page["more"], page["next_after"]

    assert await listed(http.keys.janssens, "?limit=1") == (["0010080080"], True, "0010080080")
    assert await listed(http.keys.janssens, "?limit=1&after=0010080080") == (["0010080278"], False, "0010080278")
    assert await listed(http.keys.janssens, "?after=0010080278") == ([], False, "0010080278")
    assert (await listed(http.keys.operator))[0] == ["0010080080", "0010080179", "0010080278"]
    assert (await listed(http.keys.operator, "?office_id=dupont"))[0] == ["0010080179"]
    assert (await http.client.get(f"{CLIENTS}?office_id=dupont", headers=http.keys.janssens)).status_code == 404


async def test_a_list_is_imported_whole_and_again_changes_nothing(http, runtime):
    await offices(http)
    tried = await handed_in(http, http.keys.janssens, LIST, "?dry_run=true")
    assert (tried.status_code, tried.json()["created"], runtime.shelf.companies) == (200, 2, {})
    done = await handed_in(http, http.keys.janssens, LIST)
    assert done.json() == {
        "dry_run": False, "encoding": "utf-8", "delimiter": ";", "ignored_columns": ["Stad"], "rows": 2,
        "created": 2, "changed": 0, "unchanged": 0, "refused": 0, "refusals_total": 0, "refusals": [],
    }  # fmt: skip
    assert imported(runtime) == [("0010080080", "0010080179")]
    known = runtime.shelf.companies["0010080080"]
    assert (known.name, known.client_code, known.email) == ("Bakkerij Ân", "=1+1", "an@example.be")
    again = (await handed_in(http, http.keys.janssens, LIST)).json()
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert len(runtime.consequences) == 3  # two offices, one import


async def test_what_is_exported_is_imported_without_a_change(http, runtime):
    await offices(http)
    await handed_in(http, http.keys.janssens, LIST)
    await put(http, http.keys.dupont, CAS)
    written = await http.client.get(f"{CLIENTS}/export", headers=http.keys.janssens)
    assert written.headers["content-type"] == "text/csv; charset=utf-8"
    assert written.text.startswith("\ufeffenterprise_number;name;language;email;client_code;ibans\r\n")
    assert f"0010080080;Bakkerij Ân;fr;an@example.be;'=1+1;{ACCOUNT}\r\n" in written.text
    assert "0010080278" not in written.text
    report = (await handed_in(http, http.keys.janssens, written.content)).json()
    assert (report["unchanged"], report["changed"], report["created"]) == (2, 0, 0)
    whole = await http.client.get(f"{CLIENTS}/export?office_id=dupont", headers=http.keys.operator)
    assert "0010080278" in whole.text and "0010080080" not in whole.text
    assert (await http.client.get(f"{CLIENTS}/export?office_id=dupont", headers=http.keys.janssens)).status_code == 404


async def test_one_bad_row_and_nothing_is_imported_but_every_bad_row_is_told(http, runtime):
    await offices(http)
    await put(http, http.keys.dupont, CAS)
    text = f"{LIST}0010.800.080;x;xx;;;;\n{CAS};Cas;;;;;\n;;\n0;\n"
    refused = await handed_in(http, http.keys.janssens, text)
    body = refused.json()
    assert (refused.status_code, body["code"], body["rows"], body["refused"]) == (422, "import_refused", 5, 3)
    assert [(each["row"], each["column"], each["code"]) for each in body["refusals"]] == [
        (4, "enterprise_number", "enterprise_number_checksum"),
        (4, "language", "language_unknown"),
        (5, "enterprise_number", "company_served_by_another_office"),
        (7, "", "row_length"),
    ]
    assert "dupont" not in refused.text
    assert set(runtime.shelf.companies) == {"0010080278"}
    tried = await handed_in(http, http.keys.janssens, text, "?dry_run=1")
    assert (tried.status_code, tried.json()["refusals"]) == (200, body["refusals"])


async def test_a_report_tells_a_thousand_refusals_and_how_many_there_were(http):
    await offices(http)
    text = "enterprise_number\n" + "1\n" * 2500
    body = (await handed_in(http, http.keys.janssens, text)).json()
    assert (len(body["refusals"]), body["refusals_total"], body["refused"], body["rows"]) == (1000, 2500, 2500, 2500)
    assert body["refusals"][-1]["row"] == 1001


async def test_a_list_of_an_older_spreadsheet_is_read_and_its_encoding_told(http, runtime):
    await offices(http)
    report = (await handed_in(http, http.keys.janssens, LIST.replace(";", ",").encode("cp1252"))).json()
    assert (report["encoding"], report["delimiter"], report["created"]) == ("cp1252", ",", 2)
    assert runtime.shelf.companies["0010080080"].name == "Bakkerij Ân"
    assert (await handed_in(http, http.keys.janssens, "\ufeff" + LIST)).json()["unchanged"] == 2


async def test_what_is_no_list_is_refused_as_a_whole(http):
    await offices(http)
    for text, code in (
        ("", "list_empty"),
        ("\n\n", "list_empty"),
        ("naam;taal\nAn;nl\n", "column_missing"),
        ("iban;ibans;ondernemingsnummer\n", "column_doubled"),
        (b"enterprise_number;name\n1;\x81\xff\n", "charset_unknown"),
        ('"enterprise_number\n', "row_unreadable"),
    ):
        refused = await handed_in(http, http.keys.janssens, text)
        assert (refused.status_code, refused.json()["code"]) == (422, code), text
    other = await handed_in(http, http.keys.janssens, LIST, **{"Content-Type": "application/json"})
    assert (other.status_code, other.json()["code"]) == (415, "media_type_unsupported")


async def test_the_operator_imports_for_an_office_that_it_names(http, runtime):
    await offices(http)
    assert (await handed_in(http, http.keys.operator, LIST)).json()["code"] == "office_missing"
    assert (await handed_in(http, http.keys.operator, LIST, "?office_id=dupont")).json()["created"] == 2
    assert runtime.shelf.companies["0010080179"].periods[0].office_id == "dupont"
    assert (await handed_in(http, http.keys.janssens, LIST, "?office_id=dupont")).status_code == 404


async def test_companies_that_a_request_waits_for_come_before_the_others(http, runtime):
    await offices(http)
    waiting = Request(ConnectionId("con_01jd8w3q5k7x9e2v4b6n8m0r1t"), EnterpriseNumber(BEA), SoftwareSlug("robaws"))
    runtime.shelf.requests[waiting.connection_id] = Request(
        waiting.connection_id, waiting.enterprise_number, waiting.software, state="blocked"
    )
    await handed_in(http, http.keys.janssens, LIST)
    assert touched(runtime) == ["0010080179"]
    assert imported(runtime) == [("0010080080",)]
