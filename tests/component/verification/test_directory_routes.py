"""The directory over HTTP: the operator keeps it, offices mend what is theirs, softwares ask for readiness."""

from services.verification.ports import CompanyTouched, OfficeTouched, SoftwareTouched

COMPANY = "/v1/directory/companies/0010.080.080"


async def filled(http, **changes):
    operator = http.keys.operator
    for office in ("janssens", "dupont"):
        body = {"name": office.title(), "language": "nl", "client": True}
        answer = await http.client.put(f"/v1/directory/offices/{office}", json=body, headers=operator)
        assert answer.status_code == 200, answer.text
    body = {
        "name": "Bakkerij An",
        "language": "fr",
        "email": "an@example.be",
        "client_code": "C1",
        "offices": [{"office_id": "janssens", "since": "2020-01-01"}],
        "mandates": [{"iban": "BE68 5390 0754 7034", "since": "2021-01-01"}],
    } | changes
    return await http.client.put(COMPANY, json=body, headers=operator)


def tasks(runtime, kind):
    return [one.task for one in runtime.consequences if isinstance(one.task, kind)]


async def test_the_operator_puts_a_company_and_its_task_follows(http, runtime):
    answer = await filled(http)
    assert answer.status_code == 200, answer.text
    assert answer.json()["masked_email"] == "a***@e***.be"
    assert "an@example.be" not in answer.text
    assert [task.enterprise_number for task in tasks(runtime, CompanyTouched)] == ["0010080080"]


async def test_a_period_of_an_unknown_office_is_refused(http):
    answer = await filled(http, offices=[{"office_id": "nobody", "since": "2020-01-01"}])
    assert (answer.status_code, answer.json()["code"]) == (422, "office_unknown")


async def test_periods_and_mandates_that_cannot_be_are_refused(http):
    backwards = [{"office_id": "janssens", "since": "2020-01-01", "until": "2019-01-01"}]
    twice = [{"office_id": "janssens", "since": "2020-01-01"}, {"office_id": "janssens", "since": "2021-01-01"}]
    doubled = [{"iban": "BE68539007547034", "since": "2020-01-01"}] * 2
    assert (await filled(http, offices=backwards)).json()["code"] == "period_backwards"
    assert (await filled(http, offices=twice)).json()["code"] == "periods_overlap"
    assert (await filled(http, mandates=doubled)).json()["code"] == "mandate_doubled"
    ended = [doubled[0] | {"until": "2020-01-01"}]
    assert (await filled(http, mandates=ended)).json()["code"] == "mandate_backwards"


async def test_an_office_mends_the_address_of_its_own_company(http, runtime):
    await filled(http, email=None)
    answer = await http.client.patch(COMPANY, json={"email": "bea@example.be"}, headers=http.keys.janssens)
    assert answer.status_code == 200, answer.text
    assert answer.json()["email_state"] == "known"
    assert len(tasks(runtime, CompanyTouched)) == 2


async def test_another_offices_company_is_as_unknown_as_an_absent_one(http, runtime):
    await filled(http)
    foreign = await http.client.patch(COMPANY, json={"client_code": "mine"}, headers=http.keys.dupont)
    absent = await http.client.patch(
        "/v1/directory/companies/0010.080.179", json={"client_code": "mine"}, headers=http.keys.dupont
    )
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.json()["code"] == absent.json()["code"] == "company_unknown"
    shown = await http.client.get(COMPANY, headers=http.keys.dupont)
    assert shown.status_code == 404
    assert runtime.shelf.companies["0010080080"].client_code == "C1"


async def test_an_office_may_not_put_a_company(http):
    answer = await http.client.put(COMPANY, json={"name": "X"}, headers=http.keys.janssens)
    assert answer.status_code == 403


async def test_a_number_with_two_digits_swapped_is_refused_with_its_code(http):
    answer = await http.client.get("/v1/directory/companies/0010.800.080", headers=http.keys.operator)
    assert (answer.status_code, answer.json()["code"]) == (422, "enterprise_number_checksum")


async def test_softwares_are_put_by_the_operator_and_listed_for_anyone(http, runtime):
    key = {"credential_id": "abcdefgh", "secret_sha256": "0" * 64}
    body = {"name": "Robaws", "keys": [key]}
    put = await http.client.put("/v1/directory/softwares/robaws", json=body, headers=http.keys.operator)
    assert (put.status_code, put.json()["credential_ids"]) == (200, ["abcdefgh"])
    listed = await http.client.get("/v1/softwares")
    assert listed.json() == {"softwares": [{"software": "robaws", "name": "Robaws", "state": "active"}]}
    assert [task.software for task in tasks(runtime, SoftwareTouched)] == ["robaws"]


async def test_an_office_that_is_a_client_no_more_touches_its_companies(http, runtime):
    await filled(http)
    body = {"name": "Janssens", "client": False}
    await http.client.put("/v1/directory/offices/janssens", json=body, headers=http.keys.operator)
    assert [task.clients_changed for task in tasks(runtime, OfficeTouched)] == [False, False, True]
    shown = await http.client.get("/v1/directory/offices/janssens", headers=http.keys.janssens)
    assert shown.json()["client"] is False
    assert (await http.client.get("/v1/directory/offices/janssens", headers=http.keys.dupont)).status_code == 404


async def test_readiness_tells_the_reason_and_whom_to_contact_but_no_office(http):
    path = "/v1/companies/BE0010080080/readiness"
    unknown = await http.client.get(path, headers=http.keys.robaws)
    assert unknown.json()["reason"] == "company_unknown"
    await filled(http, email=None)
    blocked = await http.client.get(path, headers=http.keys.robaws)
    assert (blocked.json()["state"], blocked.json()["reason"]) == ("not_ready", "email_unknown")
    assert blocked.json()["contact"] == "accounting_office"
    await filled(http)
    ready = await http.client.get(path, headers=http.keys.robaws)
    assert ready.json()["state"] == "ready"
    assert "janssens" not in ready.text + blocked.text
    assert (await http.client.get(path)).status_code == 401
