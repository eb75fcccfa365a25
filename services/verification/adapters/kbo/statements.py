"""The SQL of the register. A statement names its table by `{side}` and `{other}`, which are kbo_left and kbo_right."""

STAGES = {
    "enterprise": ("given_enterprises", ("number", "ceased")),
    "denomination": ("given_names", ("number", "language", "name")),
    "address": ("given_addresses", ("number", "postal_code")),
    "enterprise_delete": ("gone_enterprises", ("number",)),
    "denomination_delete": ("gone_names", ("number",)),
    "address_delete": ("gone_addresses", ("number",)),
    "enterprise_insert": ("given_enterprises", ("number", "ceased")),
    "denomination_insert": ("given_names", ("number", "language", "name")),
    "address_insert": ("given_addresses", ("number", "postal_code")),
}
"""Where the records of a file are copied to; those of the files of contacts are only checked."""

MAKE_STAGES = """
    create temporary table given_enterprises (number text collate "C", ceased boolean);
    create temporary table given_names (number text collate "C", language text collate "C", name text collate "C");
    create temporary table given_addresses (number text collate "C", postal_code text collate "C");
    create temporary table gone_enterprises (number text collate "C");
    create temporary table gone_names (number text collate "C");
    create temporary table gone_addresses (number text collate "C")"""

EMPTY_STAGES = "drop table if exists " + ", ".join(sorted({f"pg_temp.{table}" for table, _ in STAGES.values()}))

_COLUMNS = "enterprise_number, ceased, name_nl, name_fr, name_de, name_en, name_other, postal_code"
_FACTS = "ceased, name_nl, name_fr, name_de, name_en, name_other, postal_code"

# The name of the lowest rank, its first character; of equal ones the first, so that each run chooses the same.
_NAMES = """
    select number,
           substr(min(name) filter (where language = '2'), 2) as name_nl,
           substr(min(name) filter (where language = '1'), 2) as name_fr,
           substr(min(name) filter (where language = '3'), 2) as name_de,
           substr(min(name) filter (where language = '4'), 2) as name_en,
           substr(min(name) filter (where language = '0'), 2) as name_other
    from given_names group by number"""
_ADDRESSES = "select number, min(postal_code) as postal_code from given_addresses group by number"

FILL = f"""
    insert into {{other}} ({_COLUMNS})
    select given.number, given.ceased, name_nl, name_fr, name_de, name_en, name_other, postal_code
    from given_enterprises as given
    left join ({_NAMES}) as names using (number)
    left join ({_ADDRESSES}) as addresses using (number)
    order by given.number"""

DEPARTING = """
    select count(*) as active, count(*) filter (where given.number is null) as departing
    from {side} as known left join given_enterprises as given on given.number = known.enterprise_number
    where not known.ceased"""

KEEP_DEPARTED = f"""
    insert into {{other}} ({_COLUMNS})
    select enterprise_number, true, name_nl, name_fr, name_de, name_en, name_other, postal_code
    from {{side}} as known
    where not exists (select from given_enterprises as given where given.number = known.enterprise_number)
    order by enterprise_number"""
"""The extracts hold active enterprises only: whoever is missing, and was there before, has ceased."""

WAITING_AFTER_SWAP = """
    select distinct request.enterprise_number
    from requests as request
    left join {side} as before on before.enterprise_number = request.enterprise_number
    left join {other} as after on after.enterprise_number = request.enterprise_number
    where request.state = 'blocked' and before.ceased is distinct from after.ceased
    order by 1"""

WAITING_AFTER_CHANGES = """
    select distinct enterprise_number from requests
    where state = 'blocked' and enterprise_number = any($1::text[]) order by 1"""

# What an update says of an entity is the whole of it: of each touched entity the deleted facts are replaced.
AMEND = f"""
    with names as ({_NAMES}),
    addresses as ({_ADDRESSES}),
    renamed as (select number from gone_names union select number from given_names),
    moved as (select number from gone_addresses union select number from given_addresses),
    touched as (
        select number from renamed union select number from moved
        union select number from gone_enterprises union select number from given_enterprises),
    after as (
        select touched.number as enterprise_number,
               case when given.number is not null then given.ceased
                    when gone.number is not null then true
                    else known.ceased end as ceased,
               case when renamed.number is null then known.name_nl else names.name_nl end as name_nl,
               case when renamed.number is null then known.name_fr else names.name_fr end as name_fr,
               case when renamed.number is null then known.name_de else names.name_de end as name_de,
               case when renamed.number is null then known.name_en else names.name_en end as name_en,
               case when renamed.number is null then known.name_other else names.name_other end as name_other,
               case when moved.number is null then known.postal_code else addresses.postal_code end as postal_code
        from touched
        left join {{side}} as known on known.enterprise_number = touched.number
        left join given_enterprises as given on given.number = touched.number
        left join (select distinct number from gone_enterprises) as gone on gone.number = touched.number
        left join renamed on renamed.number = touched.number
        left join names on names.number = touched.number
        left join moved on moved.number = touched.number
        left join addresses on addresses.number = touched.number
        where known.enterprise_number is not null or given.number is not null)
    insert into {{side}} as known ({_COLUMNS})
    select {_COLUMNS} from after order by enterprise_number
    on conflict (enterprise_number) do update set ({_FACTS}) = row({
    ", ".join(f"excluded.{fact}" for fact in _FACTS.split(", "))
})
    where ({", ".join(f"known.{fact}" for fact in _FACTS.split(", "))}) is distinct from
          ({", ".join(f"excluded.{fact}" for fact in _FACTS.split(", "))})
    returning enterprise_number"""
