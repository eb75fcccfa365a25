-- The code that an office gave to a company is that office's own. Null: it stands with the company, as the first
-- office entered it; an office that took the company over has its own here, empty until it enters one.

alter table office_periods add column client_code text;

-- What stands with the company was shown to whichever office serves it last, so it is that one's.
alter table office_periods no force row level security;
update office_periods as period set client_code = ''
from (select distinct on (enterprise_number) enterprise_number, office_id
      from office_periods order by enterprise_number, since desc, office_id desc) as last
where last.enterprise_number = period.enterprise_number and last.office_id <> period.office_id;
alter table office_periods force row level security;
